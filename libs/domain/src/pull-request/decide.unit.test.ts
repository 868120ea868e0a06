import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, it } from 'vitest';
import { REPOSITORY, TASK } from '../spec/samples.ts';
import { pullRequestDecider } from './index.ts';

const given = specFor(pullRequestDecider);
const opened: Extract<PullRequestEvent, { type: 'PullRequestOpened' }> = {
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

  it('is opened once, and has no number until its forge gives one', () => {
    const { number: _number, url: _url, ...data } = opened.data;
    given([])
      .when({ type: 'OpenPullRequest', ...data })
      .then([opened]);
    given([opened])
      .when({ type: 'OpenPullRequest', ...data })
      .thenNothing();
  });

  it('is merged as it was looked at', () => {
    const merge = { type: 'RequestMerge', strategy: 'squash' } as const;
    const updated: PullRequestEvent = { type: 'PullRequestUpdated', data: { headSha: 'b', changes: null } };
    const asked: PullRequestEvent = { type: 'PullRequestUpdateRequested', data: {} };
    given([opened])
      .when({ ...merge, headSha: 'a' })
      .then([requested]);
    given([opened, asked, updated])
      .when({ ...merge, headSha: 'a' })
      .refusedWith('PULL_REQUEST_HEAD_MOVED');
    given([opened, asked, updated])
      .when({ ...merge, headSha: 'b' })
      .then([requested]);
  });

  it('is asked only for what its forge takes from here, and what happens there counts', () => {
    const there: PullRequestEvent = { ...opened, data: { ...opened.data, provider: 'github' } };
    given([there]).when({ type: 'RequestMerge', strategy: 'squash' }).refusedWith('FORGE_ACTS_ITSELF');
    given([there]).when({ type: 'RequestUpdate' }).refusedWith('FORGE_ACTS_ITSELF');
    given([there]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).then([merged]);
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
