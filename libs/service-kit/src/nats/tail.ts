import type { RecordedDomainEvent } from '@claude-codex/contracts/events';

/** The newest events of the log, next to each other; what is older is forgotten. */
export interface Tail {
  /** The last position held; what comes next is one more. */
  readonly last: number;
  /** Throws when it is not the next event: nothing may ever be left out. */
  add(event: RecordedDomainEvent): void;
  /** Events after a position, or null when the first of them is not held any more, or not yet. */
  after(position: number, limit: number): RecordedDomainEvent[] | null;
}

/** Begins behind `last` with nothing and holds at most `size` events. */
export function createTail(last: number, size: number): Tail {
  let events: RecordedDomainEvent[] = [];
  let end = last;
  return {
    get last() {
      return end;
    },
    add(event) {
      if (event.position !== end + 1) throw new Error(`position ${end + 1} was expected, ${event.position} came`);
      events.push(event);
      end = event.position;
      // Cut by halves, so that it is not done at each event.
      if (events.length > size) events = events.slice(-Math.ceil(size / 2));
    },
    after(position, limit) {
      const skipped = position - (end - events.length);
      if (skipped < 0 || position >= end) return null;
      return events.slice(skipped, skipped + limit);
    },
  };
}
