import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FollowedLog, followLog } from './follow-log.ts';
import { createMemoryEventStore } from './memory-event-store.ts';

const meta = {
  actor: { kind: 'system' as const, id: 'test' },
  causedBy: null,
  correlationId: 'c',
  causationId: null,
  workspaceId: 'w',
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = {
  now: Date.now,
  // No pause: a ring must not be needed to go on, only to go on at once.
  sleep: async () => void (await new Promise((resolve) => setImmediate(resolve))),
};

let store = createMemoryEventStore();
let taken: { position: number; live: boolean }[] = [];
let followed: FollowedLog | null = null;

beforeEach(() => {
  store = createMemoryEventStore();
  taken = [];
});
afterEach(() => followed?.stop());

async function append(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const writes = [{ stream: 'thing-1', expectedVersion: 'any' as const, events: [{ type: 'Happened', data: {} }] }];
    await store.append({ commandId: crypto.randomUUID(), meta, writes });
  }
}

function start(options: { after?: () => Promise<number>; readAll?: typeof store.readAll } = {}): FollowedLog {
  const { after, readAll = store.readAll } = options;
  followed = followLog({
    store: { ...store, readAll },
    clock,
    log,
    ...(after === undefined ? {} : { after }),
    take: (events, live) => {
      taken.push(...events.map(({ position }) => ({ position, live })));
    },
  });
  return followed;
}

const positions = () => taken.map(({ position }) => position);

it('takes the whole log in order and each event once, and says which came live', async () => {
  await append(2_500);
  const following = start();
  await following.caughtUp();
  expect(positions()).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  expect(taken.every(({ live }) => !live)).toBe(true);
  await append(3);
  await following.reached(2_503);
  expect(taken.slice(-3)).toEqual([2_501, 2_502, 2_503].map((position) => ({ position, live: true })));
});

it('begins where it is told to, and asks again when that cannot be said yet', async () => {
  await append(5);
  let asked = 0;
  const following = start({
    after: async () => {
      asked += 1;
      if (asked < 3) throw new Error('away');
      return 3;
    },
  });
  await following.caughtUp();
  expect(asked).toBe(3);
  expect(positions()).toEqual([4, 5]);
});

it('loses and repeats nothing when the store is away in between', async () => {
  await append(4);
  let calls = 0;
  const following = start({
    readAll: async (options) => {
      calls += 1;
      if (calls % 2 === 1) throw new Error('away');
      return store.readAll({ ...options, limit: 2 });
    },
  });
  await following.reached(4);
  await append(2);
  await following.reached(6);
  expect(positions()).toEqual([1, 2, 3, 4, 5, 6]);
});

it('takes nothing after it was stopped, and lets nobody wait for ever', async () => {
  const following = start();
  const waiting = following.reached(99);
  await following.stop();
  await waiting;
  await append(1);
  expect(taken).toEqual([]);
});
