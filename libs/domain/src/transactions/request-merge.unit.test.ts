import type { PullRequestEvent, RepositoryEvent, TaskEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { expect, it } from 'vitest';
import { loadOf } from '../spec/load-of.ts';
import {
  attemptStarted,
  changes,
  connected,
  createdOf,
  developed,
  opened,
  queued,
  REPOSITORY,
  TASK,
} from '../spec/samples.ts';
import { requestMerge, requestPublish, requestUpdate } from './request-merge.ts';

const ID = 'p';
const of = { pullRequestId: ID };
const wish = { ...of, strategy: 'squash' as const };
const cancelled: TaskEvent = { type: 'TaskCancelled', data: { reason: '' } };
const green = [attemptStarted(), developed({ exitCode: 0 })];
/** The base was taken into the branch; null: there was nothing to take in. */
const updated = (made: typeof changes | null): PullRequestEvent => ({
  type: 'PullRequestUpdated',
  data: { headSha: 'c'.repeat(40), changes: made },
});

/** A pull request of a repository that asks for green checks; nobody saw the check of its task pass unless it did here. */
function load({
  task = [],
  pullRequest = [opened('github')],
  rules = [],
}: {
  task?: TaskEvent[];
  rules?: RepositoryEvent[];
  pullRequest?: PullRequestEvent[];
}) {
  return loadOf({
    [streamOf('pullrequest', ID)]: pullRequest,
    [streamOf('task', TASK)]: [createdOf(), queued, ...task],
    [streamOf('repository', REPOSITORY)]: [connected, ...rules],
  });
}

it('is held to the rules of merging before it stands at its forge, too', async () => {
  await expect(requestMerge(load({}), wish)).rejects.toMatchObject({ code: 'CHECK_NOT_GREEN' });
  await expect(requestMerge(load({ task: [cancelled] }), wish)).rejects.toMatchObject({ code: 'TASK_ENDED' });
});

it('is not merged as green when it holds a merge of ours, which no check looked at', async () => {
  const after = (made: typeof changes | null) => load({ task: green, pullRequest: [opened('local'), updated(made)] });
  const refused = { code: 'CHECK_NOT_GREEN', details: { check: 'not_run' } };
  await expect(requestMerge(after(changes), wish)).rejects.toMatchObject(refused);
  const [write] = await requestMerge(after(null), wish);
  expect(write?.events).toMatchObject([{ type: 'PullRequestMergeRequested' }]);
});

it('is merged in a way its repository allows, and by the first of ours where nobody wishes for one', async () => {
  const allowed = (...mergeMethods: MergeStrategy[]): RepositoryEvent[] => [
    { type: 'RepositoryRulesSeen', data: { mergeMethods, deletesBranch: false } },
  ];
  const asked = async (rules: RepositoryEvent[], strategy?: MergeStrategy) =>
    (await requestMerge(load({ task: green, rules }), { ...of, strategy }))[0]?.events[0]?.data;
  expect(await asked([])).toEqual({ strategy: 'merge' });
  expect(await asked(allowed('squash', 'rebase'))).toEqual({ strategy: 'squash' });
  expect(await asked(allowed('squash', 'rebase'), 'rebase')).toEqual({ strategy: 'rebase' });
  const refused = { code: 'MERGE_METHOD_NOT_ALLOWED' };
  await expect(asked(allowed('squash', 'rebase'), 'merge')).rejects.toMatchObject(refused);
  await expect(asked(allowed())).rejects.toMatchObject(refused);
});

it('is neither published again nor updated for a task that ended', async () => {
  const ended = (provider: 'github' | 'local') => load({ task: [cancelled], pullRequest: [opened(provider)] });
  await expect(requestPublish(ended('github'), of)).rejects.toMatchObject({ code: 'TASK_ENDED' });
  await expect(requestUpdate(ended('local'), of)).rejects.toMatchObject({ code: 'TASK_ENDED' });
});
