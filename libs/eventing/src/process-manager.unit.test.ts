import { describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { DomainError } from './domain-error.ts';
import type { CheckpointStore, EventStore } from './event-store.ts';
import { EventStoreError } from './event-store-error.ts';
import type { Log } from './log.ts';
import { createMemoryCheckpoints } from './memory-checkpoints.ts';
import { createMemoryEventStore } from './memory-event-store.ts';
import { isPoison } from './poison.ts';
import { type ProcessManager, runProcessManager } from './process-manager.ts';
import { appendOf, fresh } from './spec/append-request.ts';

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal?.aborted === true) resolve();
    return promise;
  },
};
const nothing = (): void => undefined;
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('waited 5 s');
    await clock.sleep(2);
  }
}

async function write(store: EventStore, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await store.append(appendOf(fresh('task'), 0, [{ type: 'Happened', data: index }]));
  }
}

describe('process manager', () => {
  const setup = () => ({ store: createMemoryEventStore(), checkpoints: createMemoryCheckpoints(clock) });
  const run = (store: EventStore, checkpoints: CheckpointStore, manager: ProcessManager, owner = 'a', leaseMs = 200) =>
    runProcessManager({ store, checkpoints, manager, owner, clock, log, leaseMs });
  const recorder = (seen: number[]): ProcessManager => ({
    name: 'recorder',
    async handle({ position }) {
      seen.push(position);
    },
  });

  it('handles what was there and what comes, in order, and goes on where it stopped', async () => {
    const { store, checkpoints } = setup();
    const seen: number[] = [];
    await write(store, 3);
    const first = run(store, checkpoints, recorder(seen));
    await until(() => seen.length === 3);
    await write(store, 2);
    await until(() => seen.length === 5);
    await first.stop();
    await write(store, 1);
    const second = run(store, checkpoints, recorder(seen), 'b');
    await until(() => seen.length === 6);
    await second.stop();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('tries a failing event again and never skips it', async () => {
    const { store, checkpoints } = setup();
    const seen: number[] = [];
    let failures = 2;
    await write(store, 3);
    const running = run(store, checkpoints, {
      name: 'failing',
      async handle({ position }) {
        if (position === 2 && failures > 0) {
          failures -= 1;
          throw new Error('not yet');
        }
        seen.push(position);
      },
    });
    await until(() => seen.includes(3));
    await running.stop();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('pauses at an event it cannot digest, lets the others run, and goes on when it is resumed', async () => {
    const { store, checkpoints } = setup();
    const seen: number[] = [];
    const digested: number[] = [];
    let fixed = false;
    await write(store, 3);
    const healthy = run(store, checkpoints, recorder(seen), 'b');
    const poisoned = run(store, checkpoints, {
      name: 'poisoned',
      async handle({ position }) {
        if (position === 2 && !fixed) throw new RangeError('cannot digest');
        digested.push(position);
      },
    });
    const paused = async () => (await checkpoints.list()).find(({ name }) => name === 'poisoned')?.paused ?? null;
    while ((await paused()) === null) await clock.sleep(5);
    expect(await paused()).toMatchObject({ position: 2, type: 'Happened', message: 'cannot digest' });
    expect(await checkpoints.acquire('poisoned', 'c', 1_000)).toBeNull();
    await until(() => seen.length === 3);
    fixed = true;
    expect(await checkpoints.resume('poisoned')).toBe(true);
    await until(() => digested.length === 3);
    await Promise.all([healthy.stop(), poisoned.stop()]);
    expect(digested).toEqual([1, 2, 3]);
  }, 20_000);

  it('never pauses because of the world', () => {
    expect(isPoison(new EventStoreError('EVENT_STORE_UNAVAILABLE'))).toBe(false);
    expect(isPoison(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }))).toBe(false);
    expect(isPoison(new Error('the engine does not answer'))).toBe(false);
    expect(isPoison(new EventStoreError('EVENT_VERSION_UNKNOWN'))).toBe(true);
    expect(isPoison(new DomainError('TASK_DONE'))).toBe(true);
  });

  it('keeps its lease while one event takes longer than the lease', async () => {
    const { store, checkpoints } = setup();
    const handled: string[] = [];
    const slow = (owner: string): ProcessManager => ({
      name: 'slow',
      async handle({ position }) {
        await clock.sleep(1_000);
        handled.push(`${owner}${position}`);
      },
    });
    await write(store, 2);
    const a = run(store, checkpoints, slow('a'), 'a', 450);
    await until(() => a.position() >= 0);
    const b = run(store, checkpoints, slow('b'), 'b', 450);
    await until(() => handled.length === 2);
    await Promise.all([a.stop(), b.stop()]);
    expect(handled).toEqual(['a1', 'a2']);
  }, 15_000);

  it('stops acting when its lease was taken, and the new owner goes on', async () => {
    const { store, checkpoints } = setup();
    const seen: number[] = [];
    await write(store, 1);
    const a = run(store, checkpoints, recorder(seen), 'a', 60_000);
    await until(() => seen.length === 1);
    // Another process with the same owner name takes the lease over, as after a pause longer than the lease.
    const taken = await checkpoints.acquire('recorder', 'a', 60_000);
    await write(store, 1);
    await until(() => seen.length >= 2);
    expect(await checkpoints.save('recorder', (taken?.epoch ?? 0) - 1, 99)).toBe(false);
    await a.stop();
  });
});
