import { BusNoResponder } from '@claude-codex/service-kit';
import { expect, it } from 'vitest';
import { NEARBY, type Target } from '../target.ts';
import { measure, statusOf } from './measure.ts';

function target(ask: Target['ask'], thresholds = NEARBY): Target {
  const service = { name: 'X', serviceType: 'tool' as const, probe: 'bus' as const, target: 'x' };
  return { key: 'x', service, thresholds, ask };
}

/** A clock that says the answer took so long. */
function taking(ms: number): () => number {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 1 ? 1_000 : 1_000 + ms;
  };
}

const never = new AbortController().signal;
const fine = target(async () => ({ ok: true, detail: 'fine' }));

it.each([
  [true, 0, 'connected'],
  [true, 99, 'connected'],
  [true, 100, 'warning'],
  [true, 500, 'warning'],
  [true, 501, 'offline'],
  [false, 1, 'offline'],
] as const)('ok=%s after %i ms is %s', (ok, latencyMs, status) => {
  expect(statusOf(ok, latencyMs, NEARBY)).toBe(status);
});

it('measures how long the answer took', async () => {
  expect(await measure(fine, never, taking(120.04))).toEqual({ status: 'warning', latencyMs: 120, detail: 'fine' });
});

it('takes no answer as offline, also when the probe never gives up', async () => {
  const mute = target(() => new Promise(() => undefined), { connectedMs: 1, offlineMs: 5 });
  expect(await measure(mute, never, taking(0))).toEqual({
    status: 'offline',
    latencyMs: null,
    detail: 'no answer within 5 ms',
  });
});

it('says why without repeating addresses', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  const down = await measure(
    target(() => Promise.reject(refused)),
    never,
    taking(0),
  );
  expect(down).toMatchObject({ status: 'offline', detail: 'ECONNREFUSED' });
  const absent = await measure(
    target(() => Promise.reject(new BusNoResponder('health.x'))),
    never,
    taking(0),
  );
  expect(absent).toMatchObject({ status: 'offline', detail: 'not running' });
});
