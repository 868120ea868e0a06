import { expect, it } from 'vitest';
import { createTurns } from './one-after-the-other.ts';

const never = () => new Promise<void>(() => undefined);

it('work of the same key runs one after the other, in the order it came, whatever became of the one before', async () => {
  const inTurn = createTurns();
  const running: string[] = [];
  const gates = new Map(['a', 'b', 'c'].map((name) => [name, Promise.withResolvers<void>()]));
  const work = (name: string) => async () => {
    running.push(name);
    await gates.get(name)?.promise;
    running.splice(running.indexOf(name), 1);
    return name;
  };
  const [a, b, c] = ['a', 'b', 'c'].map((name) => inTurn('repository', work(name)));
  await expect.poll(() => running).toEqual(['a']);
  gates.get('a')?.reject(new Error('it failed'));
  await expect(a).rejects.toThrow('it failed');
  running.shift();
  await expect.poll(() => running).toEqual(['b']);
  gates.get('b')?.resolve();
  expect(await b).toBe('b');
  gates.get('c')?.resolve();
  expect(await c).toBe('c');
});

it('work of another key does not wait', async () => {
  const inTurn = createTurns();
  void inTurn('one', never);
  expect(await inTurn('other', async () => 'done')).toBe('done');
});
