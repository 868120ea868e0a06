import { JOB_DEFAULTS } from '../jobs.ts';

/** Ids of finished jobs, for an hour, so that an event handled twice does its work once. */
export class DoneIds {
  readonly #doneAt = new Map<string, number>();

  add(id: string, now = Date.now()): void {
    this.#forget(now);
    this.#doneAt.set(id, now);
  }

  has(id: string, now = Date.now()): boolean {
    this.#forget(now);
    return this.#doneAt.has(id);
  }

  /** A Map keeps insertion order, so the oldest come first. */
  #forget(now: number): void {
    for (const [id, at] of this.#doneAt) {
      if (now - at < JOB_DEFAULTS.doneKeptMs) return;
      this.#doneAt.delete(id);
    }
  }
}
