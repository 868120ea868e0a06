import { streamOf } from '@claude-codex/contracts';
import { ISSUE_SETTINGS, type IssueSettings } from '@claude-codex/contracts/repository/issue-settings';
import { taskData } from '@claude-codex/domain/spec/samples';
import { newId } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AppHouse, SLUG, startAppHouse } from '../deliveries/app-house.fixture.ts';
import { sayAtIssue } from './say-at-issue.ts';

let house: AppHouse;
let number: number;
beforeEach(async () => {
  house = await startAppHouse({ reconcileMs: 3_600_000 });
  number = (await house.github.openIssue(SLUG, { title: 'Greet', by: 'grace' })).number;
});
afterEach(async () => {
  expect(house.github.violations).toEqual([]);
  await house.stop();
});

const comments = () => house.github.issue(SLUG, number).comments.map(({ body }) => body);
const said = (words: RegExp) =>
  waitFor(`${words} to be said`, () => words.test(comments().join()) || null, { timeoutMs: 10_000 });

async function makeTask(): Promise<string> {
  const taskId = newId();
  const url = `${house.github.webUrl}/${SLUG}/issues/${number}`;
  const origin = { kind: 'issue', provider: 'github', slug: SLUG, number, url, title: 'Greet' };
  const data = { ...taskData, repositoryId: house.repositoryId, origin };
  await house.append(streamOf('task', taskId), { type: 'TaskCreated', data }, { type: 'TaskQueued', data: {} });
  return taskId;
}

async function configure(issues: Partial<IssueSettings>): Promise<void> {
  const rest = { name: 'shop', baseBranch: null, checkCommand: null, requireGreen: false };
  const followThrough = { automatic: true, rounds: 10 };
  const data = { ...rest, followThrough, sendsThreads: true, issues: { ...ISSUE_SETTINGS, ...issues } };
  await house.append(streamOf('repository', house.repositoryId), { type: 'RepositoryConfigured', data });
}

const ASKED = {
  ...{ instanceId: newId(), category: 'technical', question: 'Which one?', multi: false },
  ...{ options: [{ label: 'First', description: '' }], defaultAnswer: null, timeoutSeconds: null },
};

it('one comment says how the task from an issue stands, and is changed as that does', async () => {
  const taskId = await makeTask();
  await said(/Waits to start/);
  const task = streamOf('task', taskId);
  await house.append(task, { type: 'TaskStarted', data: {} });
  await said(/At work/);
  const question = streamOf('question', newId());
  await house.append(question, { type: 'QuestionAsked', data: { ...ASKED, taskId } });
  await said(/Which one\?[\s\S]*Answer in/);
  await house.append(question, {
    type: 'QuestionAnswered',
    data: { answer: { choices: ['First'], text: '' }, by: 'person' },
  });
  await said(/At work/);
  await house.append(task, { type: 'TaskCancelled', data: { reason: '' } });
  await said(/Cancelled/);
  expect(comments()).toHaveLength(1);
});

it('another task from the same issue takes over the comment', async () => {
  const first = await makeTask();
  await said(/Waits to start/);
  await house.append(streamOf('task', first), { type: 'TaskCancelled', data: { reason: '' } });
  await said(/Cancelled/);
  await makeTask();
  await said(/Waits to start/);
  expect(comments()).toHaveLength(1);
});

/** What a look at the issue says of its task now, after the last thing happened to that so many hours ago. */
async function saidOf(taskId: string, hoursAgo = 0): Promise<string[]> {
  const changedAt = new Date().toISOString();
  const told: string[] = [];
  const parts = {
    ...{ store: house.store, publicUrl: null, questionsOf: () => [] },
    log: createLogger({ service: 'test', level: 'silent' }),
    forge: { say: async (_place: unknown, text: string) => void told.push(text) },
    newestOf: () => ({ taskId, repositoryId: house.repositoryId, issue: number, pullRequestId: null, changedAt }),
  };
  await sayAtIssue(parts, 'an issue', Date.parse(changedAt) + hoursAgo * 3_600_000);
  return told;
}

it('nothing is said where the repository is set so', async () => {
  await configure({ comment: false });
  const taskId = await makeTask();
  expect(await saidOf(taskId)).toEqual([]);
  await configure({ comment: true });
  expect(await saidOf(taskId)).toHaveLength(1);
});

it('what GitHub refuses holds nothing up, and the next news are said', async () => {
  house.github.fault({ match: { path: /comments$/ }, times: 1, effect: { kind: 'status', status: 403 } });
  const taskId = await makeTask();
  await waitFor('the refusal', () => house.github.requests.of('issues/list-comments') > 0 || null);
  await house.append(streamOf('task', taskId), { type: 'TaskStarted', data: {} });
  await said(/At work/);
  expect(comments()).toHaveLength(1);
});

it('what ended long ago is not told again by a server that reads the whole log anew', async () => {
  const taskId = await makeTask();
  await house.append(streamOf('task', taskId), { type: 'TaskCancelled', data: { reason: '' } });
  expect(await saidOf(taskId, 48)).toEqual([]);
  expect(await saidOf(taskId, 12)).toHaveLength(1);
});
