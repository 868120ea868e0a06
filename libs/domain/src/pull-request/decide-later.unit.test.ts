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

describe('a pull request at its forge', () => {
  it('that waits to be merged can be taken back, and merged all the same where it was under way', () => {
    const back: PullRequestEvent = { type: 'PullRequestMergeTakenBack', data: {} };
    given([opened, requested]).when({ type: 'TakeBackMerge' }).then([back]);
    given([opened, requested, back]).when({ type: 'TakeBackMerge' }).thenNothing();
    given([opened, requested, back]).when({ type: 'RequestMerge', strategy: 'squash' }).then([requested]);
    given([opened, requested, back]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).then([merged]);
    given([opened, requested, merged]).when({ type: 'TakeBackMerge' }).refusedWith('PULL_REQUEST_NOT_OPEN');
  });

  it('is not closed while it is being merged', () => {
    given([opened, requested]).when({ type: 'ClosePullRequest', reason: '' }).refusedWith('PULL_REQUEST_MERGING');
    given([opened])
      .when({ type: 'ClosePullRequest', reason: 'no' })
      .then([{ type: 'PullRequestClosed', data: { reason: 'no', atForge: 'closed' } }]);
  });
});
