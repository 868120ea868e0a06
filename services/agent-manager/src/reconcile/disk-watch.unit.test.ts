import { silentLog } from '@claude-codex/testing';
import { waitFor } from '@claude-codex/testing/wait-for';
import { expect, it } from 'vitest';
import { createDiskWatch } from './disk-watch.ts';
import { INSTANCE, taskAtWork } from './task-at-work.fixture.ts';

const BOUND = 1_000;
const HOUR_MS = 3_600_000;

it('an agent that cleaned up and fills its disk again hours later is told again before it is ended', async () => {
  const at = await taskAtWork({ isStarted: true });
  let used = 0;
  let looks = 0;
  const killed: unknown[] = [];
  const usedBytes = async () => {
    looks += 1;
    return used;
  };
  const runtime = { kill: async (handle: unknown) => void killed.push(handle) };
  const places = { freeBytes: async () => 1e12, usedBytes };
  const settings = { agent: { diskBytes: BOUND } };
  const run = { instanceId: INSTANCE, handle: { name: 'work-1-a1.1' } };
  const watch = createDiskWatch(
    { ...at, log: silentLog, settings, runtime: { ...runtime, places } },
    { runs: () => [run as never] },
  );
  async function look(bytes: number, afterMs: number): Promise<number> {
    used = bytes;
    at.wait(afterMs);
    const before = looks;
    watch.look();
    await waitFor('the look', () => looks > before || null);
    // It is followed by a message, or by nothing.
    await new Promise((done) => setTimeout(done, 20));
    return (await at.events('MessageSent')).length;
  }
  expect(await look(BOUND + 1, HOUR_MS)).toBe(1);
  expect(await look(BOUND, 30_000)).toBe(1);
  expect(await look(BOUND + 1, 4 * HOUR_MS)).toBe(2);
  expect(killed).toEqual([]);
  await look(BOUND + 1, 70_000);
  expect(killed).toEqual([run.handle]);
});
