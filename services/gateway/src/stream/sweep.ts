import { Batch, type Part } from './parts.ts';

/** Somebody to whom parts are handed. */
export interface Receiver {
  deliver(batch: Batch): void;
}

/**
 * Hands parts to everybody in turns. A write costs about 10 µs, nearly all of it in the kernel, so thousands of streams
 * take longer than the time between two events. Whoever was served goes to the end of the line; whoever waits while more
 * comes gets it all with one write; and other requests are answered in between.
 */
export interface Sweep {
  add(receivers: Iterable<Receiver>, part: Part): void;
  /** Whether something is on its way to this receiver. */
  waits(receiver: Receiver): boolean;
  /** Whether nothing is on its way to anybody. */
  idle(): boolean;
  /** What was on its way to this receiver is not sent. */
  forget(receiver: Receiver): void;
  clear(): void;
}

/** Short beside what a person notices, long beside what a turn of the event loop costs. */
const SLICE_MS = 5;
/** Looking at the clock costs little, and not nothing. */
const BETWEEN_LOOKS = 16;

export function createSweep(): Sweep {
  /** In the order in which they are served. */
  const waiting = new Map<Receiver, Batch>();
  let next: NodeJS.Immediate | null = null;

  function serve(): void {
    next = null;
    const end = performance.now() + SLICE_MS;
    let served = 0;
    for (const [receiver, batch] of waiting) {
      waiting.delete(receiver);
      receiver.deliver(batch);
      served += 1;
      if (served % BETWEEN_LOOKS === 0 && performance.now() > end) break;
    }
    if (waiting.size > 0) next = setImmediate(serve);
  }

  return {
    add(receivers, part) {
      const first = new Batch([part]);
      for (const receiver of receivers) waiting.set(receiver, waiting.get(receiver)?.with(part) ?? first);
      if (next === null) serve();
    },
    waits: (receiver) => waiting.has(receiver),
    idle: () => waiting.size === 0,
    forget: (receiver) => void waiting.delete(receiver),
    clear() {
      waiting.clear();
      if (next !== null) clearImmediate(next);
      next = null;
    },
  };
}
