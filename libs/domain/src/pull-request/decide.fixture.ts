import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { REPOSITORY, TASK } from '../spec/samples.ts';
import { pullRequestDecider } from './index.ts';

export const given = specFor(pullRequestDecider);
export const opened: Extract<PullRequestEvent, { type: 'PullRequestOpened' }> = {
  type: 'PullRequestOpened',
  data: {
    taskId: TASK,
    repositoryId: REPOSITORY,
    provider: 'local',
    number: null,
    url: null,
    branch: 'codex/1-greet-a1',
    baseBranch: 'main',
    headSha: 'a',
    title: 'Greet',
    body: '',
    draft: false,
  },
};
export const requested: PullRequestEvent = { type: 'PullRequestMergeRequested', data: { strategy: 'squash' } };
export const merged: PullRequestEvent = { type: 'PullRequestMerged', data: { mergeSha: 'm', strategy: 'squash' } };
