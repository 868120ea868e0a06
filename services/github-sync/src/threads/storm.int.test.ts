import { randomInt } from 'node:crypto';
import { newId } from '@claude-codex/service-kit/ids';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AppHouse, SLUG, startAppHouse } from '../deliveries/app-house.fixture.ts';
import {
  inThread,
  openThread,
  type Reviewed,
  reviewedWork,
  threadsHere,
  threadsThere,
} from './reviewed-work.fixture.ts';

const ROUNDS = 6;
const STEPS = 12;

/** What it does by chance is said by the seed it prints; `SEED=…` does the same again. */
const seed = Number(process.env.SEED ?? randomInt(1_000_000));
let state = seed;
const below = (most: number) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * most);
};
const oneOf = <T>(values: readonly T[]): T | undefined => values[below(values.length)];

let at: AppHouse;
let works: Reviewed[];
beforeAll(async () => {
  process.stdout.write(`seed ${seed}\n`);
  at = await startAppHouse({ reconcileMs: 1_000, isChecked: false });
  works = [await reviewedWork(at, 'work-1'), await reviewedWork(at, 'work-2')];
}, 60_000);
afterAll(() => at?.stop());

/** Somebody says something on GitHub. */
async function sayThere({ number }: Reviewed, id: number | undefined): Promise<void> {
  const by = oneOf(['grace', 'linus', 'mallory']) ?? 'grace';
  const { github } = at;
  const what = below(5);
  if (id === undefined || what === 0)
    await github.lineComment(SLUG, number, { path: 'greet.txt', line: 1 + below(5), body: `There ${newId()}`, by });
  else if (what < 3) await github.replyToComment(SLUG, number, id, `Answer there ${newId()}`, { by });
  else if (what === 3) await github.resolveThread(SLUG, number, id, { by: 'grace' });
  else await github.unresolveThread(SLUG, number, id, { by: 'grace' });
}

/** Somebody, or the agent, says something here. */
async function sayHere(work: Reviewed, id: string | undefined): Promise<void> {
  const what = below(5);
  if (id === undefined || what === 0) await openThread(at, work, { body: `Here ${newId()}` });
  else if (what < 3) {
    const verdict = oneOf([null, 'done', 'question'] as const) ?? null;
    await inThread(at, work, id, 'ThreadReplied', { replyId: newId(), body: `Answer here ${newId()}`, verdict });
  } else await inThread(at, work, id, what === 3 ? 'ThreadResolved' : 'ThreadUnresolved');
}

/** What was said and how it stands, without the heads that say who; what was settled before it stood there stays here. */
async function here(work: Reviewed) {
  const threads = (await threadsHere(at, work)).filter(({ link, status }) => link !== null || status === 'open');
  return sorted(
    threads.map(({ body, status, replies }) => ({ body, status, replies: replies.map((one) => one.body) })),
  );
}

function there(work: Reviewed) {
  const words = (text: string) => text.split('\n').at(-1) ?? '';
  return sorted(
    threadsThere(at, work).map(({ body, status, replies }) => ({
      body: words(body),
      status,
      replies: replies.map(words),
    })),
  );
}

interface Shown {
  readonly body: string;
  readonly status: string;
  readonly replies: readonly string[];
}

/** Both sides have the same words; of what was said at once on both each has its own first. */
function sorted(threads: readonly Shown[]): Shown[] {
  const each = threads.map(({ replies, ...thread }) => ({ ...thread, replies: replies.toSorted() }));
  return each.toSorted((a, b) => a.body.localeCompare(b.body));
}

it('whatever is said on both sides, while deliveries are shuffled, doubled and lost, is the same on both in the end', async () => {
  const { github } = at;
  for (let round = 0; round < ROUNDS; round += 1) {
    github.webhooks.set({
      hold: true,
      shuffle: below(2) === 0,
      duplicate: below(2) === 0,
      drop: () => below(10) === 0,
    });
    for (let step = 0; step < STEPS; step += 1) {
      const work = oneOf(works);
      if (work === undefined) throw new Error('there is no work');
      if (below(2) === 0) await sayThere(work, oneOf(threadsThere(at, work))?.id);
      else await sayHere(work, oneOf(await threadsHere(at, work))?.id);
    }
    if (below(3) === 0) {
      const operation = oneOf(['pulls/create-review-comment', 'pulls/create-reply-for-review-comment', 'graphql']);
      github.fault({ match: { operation: operation ?? 'graphql' }, effect: { kind: 'lose-answer' } });
    }
    await github.webhooks.flush();
  }
  github.webhooks.set({ drop: false, hold: false });
  // The last word may have been lost, with whatever tells that it was.
  for (const { number } of works) await github.comment(SLUG, number, 'Ready?', { by: 'grace' });
  await waitFor(
    'both sides to be the same',
    async () => {
      for (const work of works) expect(await here(work)).toEqual(there(work));
      return true;
    },
    { timeoutMs: 90_000 },
  );
  const all = works.flatMap((work) => threadsThere(at, work).flatMap(({ body, replies }) => [body, ...replies]));
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(10);
}, 180_000);
