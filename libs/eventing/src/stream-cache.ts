import type { StreamCategory, StreamName } from '@claude-codex/contracts/ids';
import { streamOf } from '@claude-codex/contracts/ids';
import type { Clock } from './clock.ts';
import type { EventOn, EventStore } from './event-store.ts';
import { readWholeStream } from './whole-stream.ts';

export interface StreamCacheOptions<Category extends StreamCategory, State> {
  store: Pick<EventStore, 'readStream'>;
  clock: Pick<Clock, 'now'>;
  category: Category;
  initialState: State;
  evolve(state: State, event: EventOn<StreamName<Category>>): State;
  /** For so long what is known is given without asking for more. Default 0: every question reads what is new. */
  freshMs?: number;
  /** So many streams are remembered, those asked for last. Default 1,000. */
  remember?: number;
}

export interface CachedStream<Category extends StreamCategory, State> {
  readonly state: State;
  /** 0 for a stream that does not exist. */
  readonly version: number;
  readonly first: EventOn<StreamName<Category>> | null;
}

export interface StreamCache<Category extends StreamCategory, State> {
  get(id: string): Promise<CachedStream<Category, State>>;
  /** After a change of one's own: the next question reads what is new, however fresh the last answer is. */
  refresh(id: string): void;
}

/** Folds of streams that are asked about again and again: only what is new on them is read then. */
export function createStreamCache<Category extends StreamCategory, State>(
  options: StreamCacheOptions<Category, State>,
): StreamCache<Category, State> {
  type Known = CachedStream<Category, State> & { readonly readAt: number };
  const { store, clock, category, initialState, evolve, freshMs = 0, remember = 1_000 } = options;
  const nothing: Known = { state: initialState, version: 0, first: null, readAt: Number.NEGATIVE_INFINITY };
  const known = new Map<string, Known>();

  async function get(id: string): Promise<Known> {
    const before = known.get(id) ?? nothing;
    const readAt = clock.now();
    if (readAt - before.readAt < freshMs) return before;
    const events = await readWholeStream(store, streamOf(category, id), before.version + 1);
    const state = events.reduce<State>((current, event) => evolve(current, event), before.state);
    const first = before.first ?? events[0] ?? null;
    return newest(id, { state, version: before.version + events.length, first, readAt });
  }

  /** Two may ask at once; the one that saw more wins. What is not there is not worth remembering. */
  function newest(id: string, fresh: Known): Known {
    const other = known.get(id);
    const best = other !== undefined && other.version > fresh.version ? other : fresh;
    if (best.version === 0) return best;
    known.delete(id);
    known.set(id, best);
    const oldest = known.keys().next().value;
    if (known.size > remember && oldest !== undefined) known.delete(oldest);
    return best;
  }

  return {
    get,
    refresh(id) {
      const current = known.get(id);
      if (current !== undefined) known.set(id, { ...current, readAt: Number.NEGATIVE_INFINITY });
    },
  };
}
