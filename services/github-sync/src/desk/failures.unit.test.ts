import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { expect, it } from 'vitest';
import { createFailures } from './failures.ts';

const NOW = 1_000_000;
const failures = () => createFailures({ now: () => NOW });
const waits = (of: ReturnType<typeof failures>, id: string, times: number) =>
  Array.from({ length: times }, () => of.add(id, new Error('away')).retryAt - NOW);

it('waits longer each time, each by itself, and anew after it worked once', () => {
  const of = failures();
  expect(waits(of, 'a', 6)).toEqual([1_000, 3_000, 10_000, 30_000, 60_000, 60_000]);
  expect(waits(of, 'b', 1)).toEqual([1_000]);
  expect(of.add('a', new Error('away')).failed).toBe(7);
  of.forget('a');
  expect(of.add('a', new Error('away'))).toEqual({ failed: 1, retryAt: NOW + 1_000 });
});

it('asks a moment after the time that the forge named, and no sooner than it would anyway', () => {
  const limited = (inMs: number) => new ForgeAway('forge_limited', 'No more.', { retryAt: NOW + inMs });
  expect(failures().add('a', limited(120_000)).retryAt - NOW).toBe(121_000);
  expect(failures().add('a', limited(-5_000)).retryAt - NOW).toBe(1_000);
});
