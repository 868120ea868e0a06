import { expect, it } from 'vitest';
import { createResync } from './resync.ts';

function open(ids: readonly string[]) {
  const looked: string[][] = [];
  let now = 1_000;
  const resync = createResync({ now: () => now, followedOf: () => ids, look: (some) => void looked.push([...some]) });
  return { resync, looked, later: () => (now += 1_000) };
}
const start = { connectionId: 'c', start: true };
const far = { connectionId: 'c', start: false };

it('a round that is under way is not begun again, one that is over is', () => {
  const { resync, looked } = open(['a', 'b']);
  resync.ask(start);
  resync.ask(start);
  expect(looked).toHaveLength(1);
  for (const pullRequestId of ['a', 'b'])
    resync.looked({ id: pullRequestId, since: 1_000, error: null, isOver: false });
  expect(resync.ask(far).round).toMatchObject({ total: 2, done: 2 });
  resync.ask(start);
  expect(looked).toHaveLength(2);
});

it('a look from before it does not count, and one that failed is said until it works', () => {
  const { resync } = open(['a']);
  resync.ask(start);
  resync.looked({ id: 'a', since: 999, error: null, isOver: false });
  expect(resync.ask(far).round).toMatchObject({ done: 0, failing: 0, detail: null });
  resync.looked({ id: 'a', since: 1_001, error: new Error('Away.'), isOver: false });
  expect(resync.ask(far).round).toMatchObject({ done: 0, failing: 1, detail: 'Away.' });
  resync.looked({ id: 'a', since: 1_002, error: null, isOver: false });
  expect(resync.ask(far).round).toMatchObject({ done: 1, failing: 0, detail: null });
  resync.ask(start);
  // One that is over is never looked at again.
  resync.looked({ id: 'a', since: 0, error: null, isOver: true });
  expect(resync.ask(far).round).toMatchObject({ done: 1 });
});
