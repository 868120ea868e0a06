import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, it } from 'vitest';
import { REPOSITORY, TASK } from '../spec/samples.ts';
import { pullRequestDecider } from './index.ts';

const given = specFor(pullRequestDecider);
const opened: PullRequestEvent = {
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
const requested: PullRequestEvent = { type: 'PullRequestMergeRequested', data: { strategy: 'squash' } };
const merged: PullRequestEvent = { type: 'PullRequestMerged', data: { mergeSha: 'm', strategy: 'squash' } };

describe('a pull request', () => {
  it('is merged once', () => {
    given([opened]).when({ type: 'RequestMerge', strategy: 'squash' }).then([requested]);
    given([opened, requested]).when({ type: 'RequestMerge', strategy: 'merge' }).refusedWith('PULL_REQUEST_MERGING');
    given([opened, requested]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).then([merged]);
    given([opened, requested, merged]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).thenNothing();
    given([opened, requested, merged])
      .when({ type: 'RequestMerge', strategy: 'merge' })
      .refusedWith('PULL_REQUEST_NOT_OPEN');
  });

  it('stays open when a merge failed, and can be tried again', () => {
    const failed: PullRequestEvent = {
      type: 'PullRequestMergeFailed',
      data: { code: 'MERGE_CONFLICT', detail: 'a.ts', conflicts: ['a.ts'] },
    };
    const { data } = failed;
    given([opened, requested])
      .when({ type: 'RecordMergeFailure', ...data })
      .then([failed]);
    given([opened, requested, failed]).when({ type: 'RequestMerge', strategy: 'squash' }).then([requested]);
  });

  it('is not closed while it is being merged', () => {
    given([opened, requested]).when({ type: 'ClosePullRequest', reason: '' }).refusedWith('PULL_REQUEST_MERGING');
    given([opened])
      .when({ type: 'ClosePullRequest', reason: 'no' })
      .then([{ type: 'PullRequestClosed', data: { reason: 'no' } }]);
  });
});
