import { afterEach, beforeEach, expect, it } from 'vitest';
import { OUR_MARK } from '../../api/our-mark.ts';
import { BRANCH, furnish, NOTHING, SLUG } from './github-house.fixture.ts';

type House = Awaited<ReturnType<typeof furnish>>;

let house: House;
let change: ReturnType<House['change']>;
beforeEach(async () => {
  house = await furnish();
  const offered = house.change(await house.git.commit(BRANCH, { 'a.txt': 'a\n' }));
  const published = await house.forge.publish(offered);
  if (!published.ok) throw new Error(published.detail);
  change = { ...offered, number: published.number };
});
afterEach(async () => {
  expect(house.github.violations).toEqual([]);
  house.git.remove();
  await house.github.stop();
});

const comments = () => house.github.issue(SLUG, change.number ?? 0).comments;
const bodies = () => comments().map(({ body }) => body);

it('says everything in one comment, which it changes', async () => {
  const { forge } = house;
  await forge.say(change, 'Round 1.');
  // The next one on its branch is another one here, and the same there.
  await Promise.all([forge.say(change, 'Round 1.'), forge.say({ ...change }, 'Round 2.')]);
  expect(bodies()).toEqual([`${OUR_MARK}\nRound 2.`]);
});

it('finds it again after a kill, among what others wrote, and takes nobody else’s for it', async () => {
  house.github.addCollaborator(SLUG, 'grace', 'write');
  const theirs = `${OUR_MARK}\nMine.`;
  await house.github.comment(SLUG, change.number ?? 0, theirs, { by: 'grace' });
  await house.forge.say(change, 'Round 1.');
  for (let count = 0; count < 100; count += 1) await house.github.comment(SLUG, change.number ?? 0, `${count}`);
  const next = house.freshForge();
  await next.say(change, 'Round 1.');
  await next.say(change, 'Round 2.');
  const marked = bodies().filter((body) => body.startsWith(OUR_MARK));
  expect(marked).toEqual([theirs, `${OUR_MARK}\nRound 2.`]);
});

it('asks for nothing while there is nothing else to say, and makes none that was taken away again', async () => {
  await house.forge.say(change, 'Round 1.');
  comments().splice(0);
  await house.forge.say(change, 'Round 1.');
  expect(bodies()).toEqual([]);
});

it('is asked for once when GitHub refuses it, and again with other words', async () => {
  house.github.fault({ match: { path: /comments$/ }, times: 1, effect: { kind: 'status', status: 403 } });
  await expect(house.forge.say(change, 'Round 1.')).rejects.toThrow();
  await house.forge.say(change, 'Round 1.');
  expect(bodies()).toEqual([]);
  await house.forge.say(change, 'Round 2.');
  expect(bodies()).toHaveLength(1);
});

it('calls nobody, closes nothing, and is none of what people said of it', async () => {
  await house.forge.say(change, 'After a round the same fails: @grace, fixes #1.');
  expect(bodies()[0]).not.toMatch(/@grace|fixes #1/);
  expect((await house.forge.look(change, NOTHING)).comments).toEqual([]);
});
