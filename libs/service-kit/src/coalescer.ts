import { EventStoreError } from '@claude-codex/eventing';

export interface CoalescerLimits {
  /** Items in one call. Default 256. */
  maxItems?: number;
  /** Characters in one call; a larger single item still goes, alone. Default 1 MiB. */
  maxLength?: number;
  /** Calls under way at once, in order. With 2, the next one is made up while the database works. Default 1. */
  maxCalls?: number;
  /** Waiting items before new ones are refused. Default 2,000. */
  maxQueue?: number;
}

export interface Coalescer<Item, Result> {
  /** Throws EVENT_STORE_OVERLOADED when too many wait; otherwise gives what `send` gave for this item. */
  add(item: Item): Promise<Result>;
  /** Resolves once nothing waits or is under way. */
  idle(): Promise<void>;
}

interface Waiting<Item, Result> {
  item: Item;
  since: number;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** What became of one item: its result, or the error it alone is told. */
export type Outcome<Result> = { result: Result } | { error: unknown };

/**
 * Sends everything that gathered while the last call was under way as one call. There is no timer: an idle system
 * sends at once, a busy one in ever larger batches. `send` gets the items and when the oldest was added
 * (`performance.now()`), and never throws.
 */
export function createCoalescer<Item extends { readonly length: number }, Result>(
  send: (items: readonly Item[], since: number) => Promise<readonly Outcome<Result>[]>,
  { maxItems = 256, maxLength = 1024 * 1024, maxQueue = 2_000, maxCalls = 1 }: CoalescerLimits = {},
): Coalescer<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];
  let calls = 0;
  let woken = false;
  const whenIdle: (() => void)[] = [];

  function nextBatch(): Waiting<Item, Result>[] {
    let length = 0;
    let count = 0;
    for (const { item } of queue) {
      length += item.length;
      if (count === maxItems || (count > 0 && length > maxLength)) break;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  }

  /** Callers of the same turn go together: without the detour the first of them would travel alone. */
  function wake(): void {
    if (woken || calls >= maxCalls) return;
    woken = true;
    queueMicrotask(() => {
      woken = false;
      while (queue.length > 0 && calls < maxCalls) void call(nextBatch());
    });
  }

  async function call(batch: Waiting<Item, Result>[]): Promise<void> {
    calls += 1;
    const outcomes = await send(
      batch.map(({ item }) => item),
      batch[0]?.since ?? 0,
    );
    calls -= 1;
    for (const [index, waiting] of batch.entries()) settle(waiting, outcomes[index]);
    if (queue.length > 0) wake();
    else if (calls === 0) for (const idle of whenIdle.splice(0)) idle();
  }

  return {
    add(item) {
      if (queue.length >= maxQueue) return Promise.reject(new EventStoreError('EVENT_STORE_OVERLOADED', { maxQueue }));
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      queue.push({ item, since: performance.now(), resolve, reject });
      wake();
      return promise;
    },
    async idle() {
      if (calls === 0 && queue.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      whenIdle.push(resolve);
      await promise;
    },
  };
}

function settle<Item, Result>(waiting: Waiting<Item, Result>, outcome: Outcome<Result> | undefined): void {
  if (outcome === undefined) waiting.reject(new Error('the answer was for fewer items than were sent'));
  else if ('error' in outcome) waiting.reject(outcome.error);
  else waiting.resolve(outcome.result);
}
