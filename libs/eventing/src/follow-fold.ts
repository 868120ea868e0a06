import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import type { EventStore, Head } from './event-store.ts';
import { type FollowedLog, type FollowLogOptions, followLog } from './follow-log.ts';
import type { Fold, KeptFolds, Place } from './kept-fold.ts';

/** So many events are read again at most after a process that did not end well. */
const KEEP_EVERY = 5_000;

export interface FollowFoldOptions<Kept, Known extends Fold<Kept>>
  extends Pick<FollowLogOptions, 'store' | 'clock' | 'log'> {
  keeps: KeptFolds<Kept>;
  /** Goes on from what was kept, or begins before the first event. */
  begin(kept: Kept | null): Known;
  /** Takes the next events as `followLog` gives them; those the fold has are left out when they come again. */
  take(known: Known, events: readonly RecordedDomainEvent[], live: boolean): void | Promise<void>;
}

export interface FollowedFold<Known> extends FollowedLog {
  /** What is known so far; null until the store said whether what was kept is of its log. */
  readonly known: Known | null;
  /** What is known, from when that begins: maybe not much of the log yet. */
  readonly begun: Promise<Known>;
}

/**
 * Keeps a fold up to date with the log. It begins with what was kept of it, where that is of this log, and is kept again
 * every so many events and when it stops. Whatever is kept, what is known is what the log says.
 */
export function followFold<Kept, Known extends Fold<Kept>>(
  options: FollowFoldOptions<Kept, Known>,
): FollowedFold<Known> {
  const { store, clock, log, keeps, begin, take } = options;
  const { promise: begun, resolve } = Promise.withResolvers<Known>();
  let known: Known | null = null;
  /** The log as it was called when this began: another one under the same name is then not taken for it. */
  let epoch = '';
  let last: Place | null = null;
  let keptAt = 0;
  let keeping: Promise<void> | null = null;

  async function find(): Promise<number> {
    const kept = await keeps.load();
    const head = await store.head();
    const fits = kept !== null && (await isOf(store, head, kept.place));
    if (kept !== null && !fits) log.info({}, 'what was kept of the log does not fit it; it is read from the beginning');
    epoch = head.epoch;
    known = begin(fits ? kept.state : null);
    keptAt = known.position;
    resolve(known);
    return keptAt;
  }

  async function takeAll(events: readonly RecordedDomainEvent[], live: boolean): Promise<void> {
    const fold = await begun;
    const fresh = events.filter(({ position }) => position > fold.position);
    try {
      await take(fold, fresh, live);
    } finally {
      // It may have failed on the way.
      const event = fresh.findLast(({ position }) => position === fold.position);
      if (event !== undefined) last = { epoch, position: event.position, eventId: event.eventId };
    }
    // Nothing more to come is the end of the log too: a first start on a long one is not to be gone through twice.
    const atEnd = live || events.length === 0;
    if (atEnd && fold.position - keptAt >= KEEP_EVERY) keeping ??= keep(fold).finally(() => (keeping = null));
  }

  async function keep(fold: Known): Promise<void> {
    if (last?.position !== fold.position) return;
    keptAt = fold.position;
    await keeps.keep({ place: last, state: fold.kept() });
  }

  const followed = followLog({ store, clock, log, after: find, take: takeAll });
  return {
    ...followed,
    begun,
    get known() {
      return known;
    },
    async stop() {
      await followed.stop();
      await keeping;
      if (known !== null && known.position > keptAt) await keep(known);
    },
  };
}

async function isOf(store: Pick<EventStore, 'readAll'>, head: Head, { epoch, position, eventId }: Place) {
  if (epoch !== head.epoch || position > head.position) return false;
  const [event] = await store.readAll({ after: position - 1, limit: 1 });
  return event?.eventId === eventId;
}
