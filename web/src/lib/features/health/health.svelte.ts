import type { HealthView } from '@claude-codex/contracts';
import { getHealth } from '#lib/api/health.ts';
import { type Sample, withSample } from './progress.ts';

/** Positions and measurements are no events, so they are asked for, and only while somebody looks. */
const EVERY_MS = 1000;

/** The installation's health, as of about a second ago for as long as the page is visible. */
export class HealthFeed {
  view = $state.raw<HealthView | null>(null);
  /** What the last question was answered with, when it failed; `view` is then the last that was known. */
  error = $state.raw<unknown>(null);
  samples = $state.raw<Readonly<Record<string, readonly Sample[]>>>({});

  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = new AbortController();
  #asking = false;

  /** Gives the function that ends it. */
  start(): () => void {
    this.#stopped = new AbortController();
    document.addEventListener('visibilitychange', this.#look);
    void this.refresh();
    return () => {
      this.#stopped.abort();
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', this.#look);
    };
  }

  readonly #look = (): void => void this.refresh();

  /** Asks at once, for what the person just did. */
  readonly refresh = async (): Promise<void> => {
    const { signal } = this.#stopped;
    if (this.#asking || signal.aborted || document.visibilityState === 'hidden') return;
    clearTimeout(this.#timer);
    this.#asking = true;
    try {
      this.#take(await getHealth(signal));
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = error;
    } finally {
      this.#asking = false;
      if (!signal.aborted) this.#timer = setTimeout(() => void this.refresh(), EVERY_MS);
    }
  };

  #take(view: HealthView): void {
    const samples: Record<string, readonly Sample[]> = {};
    for (const { name, rebuild } of view.readModels) {
      if (rebuild === null) continue;
      const { build, position } = rebuild;
      samples[name] = withSample(this.samples[name] ?? [], { at: Date.parse(view.at), build, position });
    }
    this.samples = samples;
    this.view = view;
  }
}
