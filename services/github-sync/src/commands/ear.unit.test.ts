import { type CommandFromForge, type CommandFromForgeAnswer, EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { created } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { systemClock } from '@claude-codex/service-kit/clock';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GithubRefused } from '../api/faults.ts';
import { Followed } from '../followed/followed.ts';
import type { Comment } from './comment-forge.ts';
import { type Ear, openEar } from './ear.ts';

const [REPOSITORY, CONNECTION, TASK] = [idFrom('repository'), idFrom('connection'), idFrom('task')];
const HOUR = 3_600_000;

let ear: Ear;
let followed: Followed;
let said: Comment[];
/** What the gateway was asked for, and what people were told. */
let asked: CommandFromForge[];
let told: string[];
/** What the forge answers when people are to be told. */
let refusal: Error | null;
let answer: (command: CommandFromForge) => CommandFromForgeAnswer;

let position = 0;
function happened(stream: string, type: string, data: object, at = new Date(Date.now() - 30 * HOUR)): void {
  position += 1;
  followed.apply({ position, stream, type, data, at: at.toISOString() } as never);
}
const settings = {
  name: 'shop',
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
  followThrough: FOLLOW_THROUGH,
  sendsThreads: true,
};
const configured = (commands: 'nobody' | 'writers', at?: Date) =>
  happened(
    streamOf('repository', REPOSITORY),
    'RepositoryConfigured',
    { ...settings, issues: { ...ISSUE_SETTINGS, commands } },
    at,
  );

const connected = (id: string) =>
  happened(streamOf('repository', id), 'RepositoryConnected', {
    ...{ ...settings, issues: ISSUE_SETTINGS, defaultBranch: 'main' },
    source: { kind: 'forge', provider: 'github', connectionId: CONNECTION, slug: 'team/shop', url: 'https://x/y' },
  });

beforeEach(() => {
  followed = new Followed('github');
  [said, asked, told, refusal] = [[], [], [], null];
  answer = () => ({ outcome: 'done', detail: '' });
  connected(REPOSITORY);
  const origin = { kind: 'issue', provider: 'github', slug: 'Team/Shop', number: 12, url: 'https://x/12', title: 'T' };
  happened(streamOf('task', TASK), 'TaskCreated', { ...created.data, repositoryId: REPOSITORY, origin });
  ear = openEar({
    ...{ provider: 'github', publicUrl: null, pollMs: 50, clock: systemClock },
    store: createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) }),
    log: createLogger({ service: 'test', level: 'silent' }),
    known: () => followed,
    onLooked: () => undefined,
    comments: {
      heard: async (_place, since, isKnown) => said.filter(({ id, at }) => at >= since && !isKnown(id)),
      mayWrite: async (_place, login) => login === 'grace',
      sign: async (_place, { id }, sign) => tellThem(`${sign} ${id}`),
      reply: async (_place, { id }, text) => tellThem(`${id}: ${text}`),
    },
    carryOut: async (command) => {
      asked.push(command);
      return answer(command);
    },
  });
});
afterEach(() => ear.stop());

function tellThem(words: string): void {
  if (refusal !== null) throw refusal;
  told.push(words);
}
function say(body: string, more: Partial<Comment> = {}): void {
  const id = String(said.length + 1);
  const comment = { number: 12, isPullRequest: false, login: 'grace', isOfPerson: true, at: Date.now() };
  said.push({ id, url: `https://x/12#${id}`, body, ...comment, ...more });
}
/** What is said last is heard after everything before it. */
async function allHeard(): Promise<void> {
  say('/codex retry', { id: 'last' });
  ear.wake([REPOSITORY]);
  await waitFor('the last one', () => asked.some(({ commentId }) => commentId === 'last') || null, {
    timeoutMs: 10_000,
  });
  asked = asked.filter(({ commentId }) => commentId !== 'last');
}

it('a command is carried out once, in the name of whoever gave it, and without anybody telling of it', async () => {
  ear.wake([REPOSITORY]);
  say('/codex pause');
  await waitFor('the sign', () => told.includes('done 1') || null, { timeoutMs: 10_000 });
  ear.wake([REPOSITORY]);
  await allHeard();
  expect(asked).toEqual([
    {
      ...{ provider: 'github', connectionId: CONNECTION, repositoryId: REPOSITORY, number: 12, isIssue: true },
      ...{ taskId: TASK, questionIds: [], commentId: '1', login: 'grace', url: 'https://x/12#1' },
      ...{ verb: 'pause', text: '' },
    },
  ]);
});

it.each<[string, string, Partial<Comment>]>([
  ['by somebody who may not write there', '/codex stop', { login: 'mallory' }],
  ['that is ours, of a program or was edited', '/codex stop', { isOfPerson: false }],
  ['that is quoted', '> /codex stop', {}],
  ['said a day ago', '/codex stop', { at: Date.now() - 25 * HOUR }],
  ['below a pull request that is not ours', '/codex stop', { number: 90, isPullRequest: true }],
  ['of a number while nothing is asked', '1', {}],
])('a comment %s does nothing, and is answered with nothing', async (_what, body, more) => {
  say(body, more);
  await allHeard();
  expect([asked, told.filter((one) => !one.endsWith(' last'))]).toEqual([[], []]);
});

it('a number answers while one thing is asked, and while two are it is none', async () => {
  happened(streamOf('question', 'q'), 'QuestionAsked', { taskId: TASK });
  say('2.\nNot on Fridays.');
  await allHeard();
  expect(asked).toMatchObject([{ verb: 'answer', questionIds: ['q'], text: '2.\nNot on Fridays.' }]);
  happened(streamOf('question', 'r'), 'QuestionAsked', { taskId: TASK });
  say('1', { id: 'second' });
  said = said.filter(({ id }) => id !== 'last');
  say('/codex retry', { id: 'later' });
  await waitFor('the later one', () => asked.some(({ commentId }) => commentId === 'later') || null);
  expect(asked.some(({ commentId }) => commentId === 'second')).toBe(false);
});

it('below a pull request of ours it is about the task of that', async () => {
  const about = { taskId: 'u', repositoryId: REPOSITORY, provider: 'github', number: null, branch: 'b' };
  happened(streamOf('pullrequest', 'p'), 'PullRequestOpened', about);
  happened(streamOf('pullrequest', 'p'), 'PullRequestPublished', { number: 7, url: 'https://x/7' });
  happened(streamOf('pullrequest', 'p'), 'PullRequestMerged', {});
  say('/codex retry', { number: 7, isPullRequest: true });
  await allHeard();
  expect(asked).toMatchObject([{ taskId: 'u', isIssue: false, number: 7 }]);
});

it('where two repositories here are one there, the one whose task it is about hears it', async () => {
  const other = idFrom('another repository');
  connected(other);
  ear.wake([other]);
  say('/codex pause');
  say('/codex start', { number: 13 });
  await allHeard();
  await systemClock.sleep(200);
  const heard = asked.map(({ verb, repositoryId }) => [verb, repositoryId]);
  expect(heard.filter(([verb]) => verb !== 'retry')).toEqual([
    ['pause', REPOSITORY],
    ['start', REPOSITORY],
  ]);
});

it('what is refused is said in one reply, in words that mean nothing to Markdown', async () => {
  answer = () => ({ outcome: 'refused', detail: 'The *task* has ended. `/codex start` makes one.' });
  say('/codex pause');
  await allHeard();
  expect(told.slice(0, 2)).toEqual([
    '1: `/codex pause`: The \\*task\\* has ended. `/codex start` makes one.',
    'refused 1',
  ]);
});

it('what nobody knows is answered with what is known, and a question for the state with the state', async () => {
  say('/codex merge');
  say('/codex status', { number: 13 });
  await allHeard();
  expect(told[0]).toMatch(/^1: I know `\/codex start`/);
  expect(told[1]).toMatch(/^2: No task is from this/);
  expect(asked).toEqual([]);
});

it('while the gateway does not answer a command waits, and those after it', async () => {
  let isAway = true;
  answer = ({ commentId }) => {
    if (isAway && commentId === '1') throw new Error('nobody there');
    return { outcome: 'done', detail: '' };
  };
  say('/codex pause');
  say('/codex resume');
  ear.wake([REPOSITORY]);
  await waitFor('two tries', () => asked.length > 1 || null, { timeoutMs: 10_000 });
  expect(asked.map(({ commentId }) => commentId)).toEqual(['1', '1']);
  isAway = false;
  await waitFor('the second', () => told.includes('done 2') || null, { timeoutMs: 20_000 });
  expect(told).toEqual(['done 1', 'done 2']);
}, 40_000);

it('where the forge takes nothing for a while, whoever gave a command is told when it does again, and once', async () => {
  refusal = new ForgeAway('forge_limited', 'GitHub allows no more requests for now', { retryAt: Date.now() });
  say('/codex pause');
  ear.wake([REPOSITORY]);
  await waitFor('two tries', () => asked.length > 1 || null, { timeoutMs: 10_000 });
  expect(told).toEqual([]);
  refusal = null;
  await waitFor('the sign', () => told.length > 0 || null, { timeoutMs: 20_000 });
  await allHeard();
  expect(told.filter((one) => !one.endsWith(' last'))).toEqual(['done 1']);
}, 40_000);

it('where nobody may be told what became of a command, those after it are carried out', async () => {
  refusal = new GithubRefused(403, 'Unable to create comment because issue is locked');
  answer = ({ verb }) => ({ outcome: verb === 'pause' ? 'refused' : 'done', detail: 'It is paused.' });
  for (const body of ['/codex pause', '/codex', '/codex resume']) say(body);
  await allHeard();
  expect(asked.map(({ verb }) => verb)).toEqual(['pause', 'resume']);
  expect(told).toEqual([]);
});

it('what was said while a repository took no commands stays unheard', async () => {
  configured('nobody');
  say('/codex stop');
  ear.wake([REPOSITORY]);
  await systemClock.sleep(300);
  configured('writers', new Date(Date.now() + 1));
  await systemClock.sleep(5);
  await allHeard();
  expect(asked).toEqual([]);
});
