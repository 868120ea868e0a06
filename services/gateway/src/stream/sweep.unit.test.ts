import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Batch, createPart, type Part } from './parts.ts';
import { createSweep } from './sweep.ts';

const part = (from: number, to: number): Part =>
  createPart({
    from,
    to: { epoch: 'e', position: to, generation: 0 },
    patches: `p${to};`,
    events: [],
    instanceIds: [],
  });

/** Receivers that take a while each, as a socket does. */
function receivers(count: number, takesMs = 0) {
  const got: Batch[][] = Array.from({ length: count }, () => []);
  const all = got.map((batches) => ({
    deliver(batch: Batch) {
      batches.push(batch);
      const end = performance.now() + takesMs;
      while (performance.now() < end);
    },
  }));
  return { got, all };
}

async function untilIdle(sweep: ReturnType<typeof createSweep>, all: readonly Parameters<typeof sweep.waits>[0][]) {
  while (all.some((receiver) => sweep.waits(receiver))) await turn();
}

it('serves a few at once, with the very same bytes', () => {
  const sweep = createSweep();
  const { got, all } = receivers(10);
  sweep.add(all, part(0, 1));
  expect(new Set(got.map(([batch]) => batch?.bytes)).size).toBe(1);
});

it('gives everybody every part once and in order, joined for those who waited', async () => {
  const sweep = createSweep();
  const { got, all } = receivers(200, 0.5);
  for (let position = 1; position <= 8; position += 1) {
    sweep.add(all, part(position - 1, position));
    await turn();
  }
  await untilIdle(sweep, all);
  for (const batches of got) {
    expect(batches.flatMap(({ parts }) => parts.map(({ to }) => to.position))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  }
  const last = got.at(-1) ?? [];
  expect(last.length).toBeLessThan(8);
  // However many wait for the same parts, they are joined once.
  const distinct = new Set(got.flat()).size;
  expect(distinct).toBeLessThan(40);
});

it('lets the event loop turn while it serves many', async () => {
  const sweep = createSweep();
  const { got, all } = receivers(200, 0.5);
  sweep.add(all, part(0, 1));
  const served = got.filter(({ length }) => length > 0).length;
  expect(served).toBeLessThan(100);
  await untilIdle(sweep, all);
  expect(got.every(({ length }) => length === 1)).toBe(true);
});

it('sends nothing to who left while waiting', async () => {
  const sweep = createSweep();
  const { got, all } = receivers(200, 0.5);
  sweep.add(all, part(0, 1));
  const late = all.at(-1);
  if (late === undefined) throw new Error('nobody');
  expect(sweep.waits(late)).toBe(true);
  sweep.forget(late);
  await untilIdle(sweep, all);
  expect(got.at(-1)).toEqual([]);
});
