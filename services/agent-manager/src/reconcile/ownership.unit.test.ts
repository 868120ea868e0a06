import type { Clock } from '@claude-codex/eventing';
import { createMemoryCheckpoints } from '@claude-codex/eventing';
import { silentLog } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdOwnership, type Ownership } from './ownership.ts';

let now: number;
let checkpoints: ReturnType<typeof createMemoryCheckpoints>;
const all: Ownership[] = [];
beforeEach(() => {
  now = 1_000_000;
  checkpoints = createMemoryCheckpoints({ now: () => now });
});
afterEach(async () => {
  for (const ownership of all.splice(0)) await ownership.stop();
});

/** Time goes by our hand; between two renewals lies a moment of the real one. `frozen`: as a process that is stopped. */
function clockOf(state: { frozen: boolean }): Clock {
  return {
    now: () => now,
    sleep: async (_ms, signal) => {
      do await new Promise((resolve) => setTimeout(resolve, 2));
      while (state.frozen && signal?.aborted !== true);
    },
  };
}

async function manager(managerId: string) {
  const state = { frozen: false };
  const onLost = vi.fn();
  const ownership = await holdOwnership({ checkpoints, managerId, clock: clockOf(state), log: silentLog, onLost });
  all.push(ownership);
  await vi.waitFor(() => expect(ownership.owns(managerId)).toBe(true));
  return { ownership, state, onLost };
}

/** In steps that a living manager keeps up with. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 1_000) {
    now += 1_000;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('what a living manager has is nobody else’s, however long', async () => {
  const first = await manager('first');
  const second = await manager('second');
  await pass(20_000);
  await second.ownership.takeOver('first');
  expect(second.ownership.owns('first')).toBe(false);
  expect(first.ownership.owns('first')).toBe(true);
});

it('what a dead one had is taken over once its lease has run out, and by one only', async () => {
  await checkpoints.acquire('manager:dead', 'dead', 6_000);
  const [one, two] = [await manager('one'), await manager('two')];
  await one.ownership.takeOver('dead');
  expect(one.ownership.owns('dead')).toBe(false);
  await pass(7_000);
  await one.ownership.takeOver('dead');
  await two.ownership.takeOver('dead');
  expect([one.ownership.owns('dead'), two.ownership.owns('dead')]).toEqual([true, false]);
});

it('one that was frozen for longer than its lease is told, and owns nothing until it has its lease again', async () => {
  const frozen = await manager('frozen');
  const other = await manager('other');
  frozen.state.frozen = true;
  await pass(7_000);
  await other.ownership.takeOver('frozen');
  expect(other.ownership.owns('frozen')).toBe(true);
  frozen.state.frozen = false;
  await vi.waitFor(() => expect(frozen.onLost).toHaveBeenCalledTimes(1));
  expect(frozen.ownership.owns('frozen')).toBe(false);
  await other.ownership.keepOnly(new Set());
  await vi.waitFor(() => expect(frozen.ownership.owns('frozen')).toBe(true));
});
