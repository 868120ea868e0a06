import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConditional } from '../../api/conditional.ts';
import { OUR_MARK } from '../../api/our-mark.ts';
import { createGithubComments } from './comments.ts';
import { furnish, SLUG } from './github-house.fixture.ts';

type House = Awaited<ReturnType<typeof furnish>>;

const PLACE = { slug: SLUG, connectionId: newId() };
const NONE = () => false;

let house: House;
let number: number;
beforeEach(async () => {
  house = await furnish();
  house.github.addCollaborator(SLUG, 'grace', 'write');
  house.github.addCollaborator(SLUG, 'linus', 'triage');
  number = (await house.github.openIssue(SLUG, { title: 'Greet', by: 'grace' })).number;
});
afterEach(async () => {
  expect(house.github.violations).toEqual([]);
  house.git.remove();
  await house.github.stop();
});

/** As a process that knows nothing of the one before. */
const fresh = () => createGithubComments(house.clients, createConditional());
const say = (body: string, by = 'grace') => house.github.comment(SLUG, number, body, { by });

it('hears everybody of a repository in the order they spoke, below issues and pull requests', async () => {
  await house.github.push(SLUG, 'work', { 'a.txt': 'a\n' }, { by: 'grace' });
  const pull = await house.github.openPull(SLUG, { title: 'Work', head: 'work', base: 'main', by: 'grace' });
  await say('first');
  await house.github.comment(SLUG, pull.number, 'second', { by: 'linus' });
  const heard = await fresh().heard(PLACE, 0, NONE);
  expect(heard.map(({ body, isOfPerson }) => [body, isOfPerson])).toEqual([
    ['first', true],
    ['second', true],
  ]);
  expect(heard.map((one) => [one.number, one.isPullRequest, one.login])).toEqual([
    [number, false, 'grace'],
    [pull.number, true, 'linus'],
  ]);
});

it('takes for no person’s words what we said, a program said, or somebody changed', async () => {
  await say(`${OUR_MARK}\nOurs.`, 'team-bot');
  await say('Of whoever gave us the token.', 'team-bot');
  await say(`${OUR_MARK}\nOf somebody who says to be us.`, 'grace');
  await say('/codex stop', 'robot[bot]');
  const { id } = await say('Harmless.');
  // GitHub tells whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await house.github.editComment(SLUG, number, id, '/codex stop', { by: 'grace' });
  const heard = await fresh().heard(PLACE, 0, NONE);
  expect(heard.map(({ isOfPerson }) => isOfPerson)).toEqual([false, true, true, false, false]);
});

it('asks for nothing more than the newest once it knows them, and that costs nothing without news', async () => {
  for (let count = 0; count < 101; count += 1) await say(`${count}`);
  const comments = fresh();
  const heard = await comments.heard(PLACE, 0, NONE);
  expect([heard.length, heard[0]?.body]).toEqual([101, '0']);
  const known = new Set(heard.map(({ id }) => id));
  const before = house.github.requests.of('issues/list-comments-for-repo');
  expect(await comments.heard(PLACE, 0, (id) => known.has(id))).toEqual([]);
  expect(house.github.requests.of('issues/list-comments-for-repo') - before).toBe(1);
  expect(house.github.requests.notModified).toBe(1);
}, 30_000);

it('leaves out what was said before', async () => {
  await say('long ago');
  expect(await fresh().heard(PLACE, Date.now() + 2_000, NONE)).toEqual([]);
});

it('knows who may write from GitHub alone', async () => {
  const comments = fresh();
  const may = await Promise.all(['grace', 'linus', 'nobody'].map((login) => comments.mayWrite(PLACE, login)));
  expect(may).toEqual([true, false, false]);
});

it('signs and answers a comment once, however often it is asked to', async () => {
  await say('/codex stop');
  await say('/codex pause');
  const [first, second] = await fresh().heard(PLACE, 0, NONE);
  if (first === undefined || second === undefined) throw new Error('nothing was heard');
  for (const comments of [fresh(), fresh()]) {
    await comments.sign(PLACE, first, 'refused');
    await comments.reply(PLACE, first, 'No, @grace.');
  }
  await fresh().sign(PLACE, second, 'done');
  const { comments } = house.github.issue(SLUG, number);
  expect(comments.map(({ reactions }) => reactions.map(({ content }) => content))).toEqual([['confused'], ['+1'], []]);
  expect(comments.at(-1)?.body).toMatch(/No, @\u200bgrace\.$/);
  expect((await fresh().heard(PLACE, 0, NONE)).at(-1)?.isOfPerson).toBe(false);
});
