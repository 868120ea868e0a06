import type { PullRequestEvent } from '@claude-codex/contracts/events';
import { describe, it } from 'vitest';
import { given, merged, opened, requested } from './decide.fixture.ts';

describe('a wish to merge', () => {
  it('can be taken back, and merged all the same where it was under way', () => {
    const back: PullRequestEvent = { type: 'PullRequestMergeTakenBack', data: {} };
    given([opened, requested]).when({ type: 'TakeBackMerge' }).then([back]);
    given([opened, requested, back]).when({ type: 'TakeBackMerge' }).thenNothing();
    given([opened, requested, back]).when({ type: 'RequestMerge', strategy: 'squash' }).then([requested]);
    given([opened, requested, back]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).then([merged]);
    given([opened, requested, merged]).when({ type: 'TakeBackMerge' }).refusedWith('PULL_REQUEST_NOT_OPEN');
  });

  it('keeps its pull request from being closed while it is carried out', () => {
    given([opened, requested]).when({ type: 'ClosePullRequest', reason: '' }).refusedWith('PULL_REQUEST_MERGING');
    given([opened])
      .when({ type: 'ClosePullRequest', reason: 'no' })
      .then([{ type: 'PullRequestClosed', data: { reason: 'no', atForge: 'closed' } }]);
  });
});
