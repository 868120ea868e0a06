import { expect, it } from 'vitest';
import { z } from 'zod';
import { createInProcessBus } from './bus/in-process-bus.ts';
import { BusNoResponder, BusRemoteError } from './bus.ts';
import { requestWork, serveWork, WorkTakesLong } from './bus-work.ts';

const Body = z.object({ name: z.string() });
const QUICK = { queue: 'q', patienceMs: 10 };
const ASKING = { deadlineMs: 5_000, patienceMs: 10 };

function house() {
  const bus = createInProcessBus();
  const begun: string[] = [];
  const { promise: gate, resolve: open, reject: fail } = Promise.withResolvers<void>();
  serveWork(
    bus,
    'long',
    Body,
    async ({ name }) => {
      begun.push(name);
      await gate;
      return `${name} is done`;
    },
    QUICK,
  );
  const ask = (name: string, options = ASKING) => requestWork(bus, 'long', { name }, z.string(), options);
  return { ask, begun, open, fail };
}

it('work that outlives a request is asked for until it is done, and done once for all who ask', async () => {
  const { ask, begun, open } = house();
  const asked = [ask('a'), ask('a'), ask('b')];
  setTimeout(open, 80);
  expect((await Promise.all(asked)).sort()).toEqual(['a is done', 'a is done', 'b is done']);
  expect(begun.sort()).toEqual(['a', 'b']);
});

it('work given up on goes on, and asking again finds it', async () => {
  const { ask, begun, open } = house();
  await expect(ask('a', { deadlineMs: 20, patienceMs: 10 })).rejects.toBeInstanceOf(WorkTakesLong);
  open();
  expect(await ask('a')).toBe('a is done');
  expect(begun).toEqual(['a']);
});

it('asked for after it was done it is done anew', async () => {
  const { ask, begun, open } = house();
  open();
  await ask('a');
  await ask('a');
  expect(begun).toEqual(['a', 'a']);
});

it('a refusal reaches whoever asks, with its code and what it was told', async () => {
  const { ask, fail } = house();
  const asked = ask('a');
  setTimeout(() => fail(new BusRemoteError('NOT_THERE', 'There is none.')), 30);
  await expect(asked).rejects.toMatchObject({ code: 'NOT_THERE', detail: 'There is none.' });
});

it('nobody there is told at once', async () => {
  const asked = requestWork(createInProcessBus(), 'long', { name: 'a' }, z.string(), ASKING);
  await expect(asked).rejects.toBeInstanceOf(BusNoResponder);
});
