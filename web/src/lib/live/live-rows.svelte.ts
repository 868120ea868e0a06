import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import { type Place, supersedes, wentBefore } from './resume.ts';

export interface LiveBody {
  readonly id: string;
  readonly position: number;
}

/** A kind of row that a feature shows. */
export interface LiveKind<Body extends LiveBody> {
  readonly row: LiveRow<Body>;
  /** Which of them are listed. All without it. */
  readonly listed?: (body: Body) => boolean;
  readonly order?: (a: Body, b: Body) => number;
}

const kinds = new Set<LiveKind<never>>();

/** Makes a kind known: every workspace reads it when it starts and keeps it true. Called by the feature's own module. */
export function liveKind<Body extends LiveBody>(kind: LiveKind<Body>): LiveKind<Body> {
  kinds.add(kind as unknown as LiveKind<never>);
  return kind;
}

export function knownKinds(): ReadonlySet<LiveKind<never>> {
  return kinds;
}

/**
 * The rows of one kind, kept true by frames. Rows are whole and replaced by key; those of one burst are shown once per
 * frame of the screen, which keeps 10,000 tasks smooth.
 */
export class LiveRows<Body extends LiveBody> {
  readonly #kind: Pick<LiveKind<Body>, 'listed' | 'order'>;
  readonly #onShow: () => void;
  readonly #rows = new Map<string, Body>();
  #version = $state(0);
  /** The history the rows are of. */
  #epoch: string | null = null;
  #frame: number | undefined;

  /** `onShow` is called just before what came is shown. */
  constructor(kind: Pick<LiveKind<Body>, 'listed' | 'order'>, onShow: () => void = () => undefined) {
    this.#kind = kind;
    this.#onShow = onShow;
  }

  readonly list = $derived.by((): readonly Body[] => {
    void this.#version;
    const { listed, order } = this.#kind;
    const rows = [...this.#rows.values()];
    const shown = listed === undefined ? rows : rows.filter(listed);
    return order === undefined ? shown : shown.sort(order);
  });

  /** Whether it is known what there is: before that an empty list says nothing. */
  get loaded(): boolean {
    void this.#version;
    return this.#epoch !== null;
  }

  get(id: string): Body | undefined {
    void this.#version;
    return this.#rows.get(id);
  }

  /** As it is known, shown already or not. Nothing that shows it may ask so. */
  known(id: string): Body | undefined {
    return this.#rows.get(id);
  }

  /** Everything there was at that place in the log: what is not among it went, but for what came since. */
  replace({ rows, ...readAt }: Place & { readonly rows: readonly Body[] }): void {
    const keep = new Set(rows.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (!keep.has(id) && wentBefore(row, readAt, this.#epoch)) this.#rows.delete(id);
    }
    this.#epoch = readAt.epoch;
    this.put(rows);
  }

  /** Some of what there is, shown at once. */
  put(rows: readonly Body[]): void {
    for (const row of rows) if (supersedes(row, this.#rows.get(row.id))) this.#rows.set(row.id, row);
    this.#version++;
  }

  /** A row that came by the stream; false when a newer one is here. */
  take(row: Body): boolean {
    if (!supersedes(row, this.#rows.get(row.id))) return false;
    this.#rows.set(row.id, row);
    this.#schedule();
    return true;
  }

  drop(id: string): void {
    if (this.#rows.delete(id)) this.#schedule();
  }

  clear(): void {
    this.#rows.clear();
    this.#version++;
  }

  #schedule(): void {
    if (this.#frame !== undefined) return;
    const show = () => {
      this.#frame = undefined;
      this.#onShow();
      this.#version++;
    };
    // A hidden tab gets no animation frames, yet its title shows the count.
    this.#frame = document.hidden ? (setTimeout(show, 100) as unknown as number) : requestAnimationFrame(show);
  }
}
