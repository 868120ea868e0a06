import type { PullRequestEvent } from '@claude-codex/contracts/events';
import type { ForgeReport } from '@claude-codex/contracts/pull-request/events';
import { describe, expect, it } from 'vitest';
import { given, merged, opened, requested } from './decide.fixture.ts';

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

  describe('of a forge', () => {
    const there: PullRequestEvent = { ...opened, data: { ...opened.data, provider: 'github' } };
    const place = { number: 7, url: 'https://github.com/team/shop/pull/7' };
    const published: PullRequestEvent = { type: 'PullRequestPublished', data: place };
    const refusal = { code: 'FORGE_REFUSED', detail: 'No.' };
    const refused: PullRequestEvent = { type: 'PullRequestPublishFailed', data: refusal };
    const merge = { type: 'RequestMerge', strategy: 'squash' } as const;

    it('stands there once', () => {
      given([there])
        .when({ type: 'RecordPublished', ...place })
        .then([published]);
      given([there, published])
        .when({ type: 'RecordPublished', ...place })
        .thenNothing();
      given([there, published])
        .when({ type: 'RecordPublishFailure', ...refusal })
        .thenNothing();
    });

    it('that it did not take is tried again when somebody asks, not before', () => {
      given([there])
        .when({ type: 'RecordPublishFailure', ...refusal })
        .then([refused]);
      given([there, refused]).when(merge).refusedWith('PULL_REQUEST_NOT_OPEN');
      given([there, refused])
        .when({ type: 'RequestPublish' })
        .then([{ type: 'PullRequestPublishRequested', data: {} }]);
      given([there]).when({ type: 'RequestPublish' }).thenNothing();
      given([there, published]).when({ type: 'RequestPublish' }).refusedWith('PULL_REQUEST_NOT_OPEN');
    });

    it('may be wished to be merged before it stands there, and is published first', () => {
      given([there]).when(merge).then([requested]);
      given([there, requested])
        .when({ type: 'RecordPublished', ...place })
        .then([published]);
      const failed: PullRequestEvent = { type: 'PullRequestMergeFailed', data: { ...refusal, conflicts: [] } };
      given([there, requested, failed]).thenState((state) => expect(state.status).toBe('publishing'));
      given([there, requested, published, failed]).thenState((state) => expect(state.status).toBe('open'));
    });

    it('is closed there too, once, unless that is where it was closed or what comes next takes its place', () => {
      const reason = 'no';
      const closed = (atForge: 'closed' | 'to_close' | 'stays_open'): PullRequestEvent => ({
        type: 'PullRequestClosed',
        data: { reason, atForge },
      });
      given([there, published])
        .when({ type: 'ClosePullRequest', reason })
        .then([closed('to_close')]);
      given([there, published, requested])
        .when({ type: 'ClosePullRequest', reason, atForge: 'closed' })
        .then([closed('closed')]);
      given([there, published, closed('to_close')])
        .when({ type: 'RecordWithdrawn' })
        .then([{ type: 'PullRequestWithdrawn', data: { left: false } }]);
      for (const other of ['closed', 'stays_open'] as const)
        given([there, published, closed(other)])
          .when({ type: 'RecordWithdrawn' })
          .thenNothing();
    });

    it('has what was said of it there once, however often it is shown, and nothing after its end', () => {
      const said = {
        id: 'comment-1',
        author: 'grace',
        mayWrite: true,
        body: 'Why?',
        url: 'https://x/1',
        at: '2026-03-01T12:00:00Z',
      };
      const reviewed = { ...said, id: 'review-1', verdict: 'commented' as const, comments: [], headSha: 'b' };
      const events: PullRequestEvent[] = [
        { type: 'PullRequestCommented', data: said },
        { type: 'PullRequestReviewed', data: reviewed },
      ];
      const [comment, review] = [
        { type: 'RecordComment', ...said, body: 'Edited.' },
        { type: 'RecordReview', ...reviewed, verdict: 'dismissed' },
      ] as const;
      given([there, published])
        .when({ type: 'RecordComment', ...said })
        .then(events.slice(0, 1));
      given([there, published])
        .when({ type: 'RecordReview', ...reviewed })
        .then(events.slice(1));
      for (const again of [comment, review])
        given([there, published, ...events])
          .when(again)
          .thenNothing();
      for (const late of [comment, review]) given([there, published, merged]).when(late).thenNothing();
    });

    it('says why a check failed once that is known, and keeps it when it cannot be had again', () => {
      const saying = (report: ForgeReport | null) => {
        const checks = [{ name: 'ci', verdict: 'failed' as const, url: null, report }];
        return { headSha: 'a', verdict: 'failed' as const, checks };
      };
      const told = (report: ForgeReport | null): PullRequestEvent => ({
        type: 'PullRequestChecked',
        data: saying(report),
      });
      const [away, log] = [
        { from: 'nowhere', text: 'GitHub does not answer.' },
        { from: 'log', text: 'expected 2 to be 3' },
      ] as const;
      for (const before of [null, away])
        given([there, published, told(before)])
          .when({ type: 'RecordChecks', ...saying(log) })
          .then([told(log)]);
      for (const after of [null, away, log])
        given([there, published, told(log)])
          .when({ type: 'RecordChecks', ...saying(after) })
          .thenNothing();
    });

    it('says what its checks say, when that is news', () => {
      const data = {
        headSha: 'a',
        verdict: 'failed' as const,
        checks: [{ name: 'ci', verdict: 'failed' as const, url: null, report: null }],
      };
      const checked: PullRequestEvent = { type: 'PullRequestChecked', data };
      given([there, published])
        .when({ type: 'RecordChecks', ...data })
        .then([checked]);
      given([there, published, checked])
        .when({ type: 'RecordChecks', ...data })
        .thenNothing();
      // As the store gives it back: its keys in another order.
      const { checks, headSha, verdict } = data;
      const stored: PullRequestEvent = {
        type: 'PullRequestChecked',
        data: { checks: checks.map(({ name, ...rest }) => ({ ...rest, name })), verdict, headSha },
      };
      given([there, published, stored])
        .when({ type: 'RecordChecks', ...data })
        .thenNothing();
      given([there, published, merged])
        .when({ type: 'RecordChecks', ...data })
        .thenNothing();
    });

    it('that made way for more work can still be closed there for good', () => {
      const madeWay: PullRequestEvent = { type: 'PullRequestClosed', data: { reason: '', atForge: 'stays_open' } };
      const forGood: PullRequestEvent = { type: 'PullRequestClosed', data: { reason: 'no', atForge: 'to_close' } };
      given([there, published, madeWay])
        .when({ type: 'ClosePullRequest', reason: 'no', atForge: 'stays_open' })
        .thenNothing();
      given([there, published, madeWay]).when({ type: 'ClosePullRequest', reason: 'no' }).then([forGood]);
      given([there, published, madeWay, forGood]).when({ type: 'ClosePullRequest', reason: 'no' }).thenNothing();
    });

    describe('opened again there', () => {
      const closedThere: PullRequestEvent = { type: 'PullRequestClosed', data: { reason: '', atForge: 'closed' } };
      const again: PullRequestEvent = { type: 'PullRequestReopened', data: { why: null } };

      it('is open here again, whether it was closed there or here', () => {
        const toClose: PullRequestEvent = { type: 'PullRequestClosed', data: { reason: '', atForge: 'to_close' } };
        const withdrawn: PullRequestEvent = { type: 'PullRequestWithdrawn', data: { left: false } };
        for (const end of [[closedThere], [toClose, withdrawn]]) {
          given([there, published, ...end])
            .when({ type: 'RecordReopened', why: null })
            .then([again]);
          given([there, published, ...end, again]).thenState((state) => expect(state.status).toBe('open'));
          given([there, published, ...end, again])
            .when({ type: 'RecordReopened', why: null })
            .thenNothing();
          given([there, published, ...end, again])
            .when(merge)
            .then([requested]);
        }
      });

      it('is not by what is still to be closed there, or makes way', () => {
        for (const atForge of ['to_close', 'stays_open'] as const)
          given([there, published, { type: 'PullRequestClosed', data: { reason: '', atForge } }])
            .when({ type: 'RecordReopened', why: null })
            .thenNothing();
      });

      it('stays closed here where its work does not go on, and says why once', () => {
        const why = 'Its task was deleted here.';
        const said: PullRequestEvent = { type: 'PullRequestReopened', data: { why } };
        given([there, published, closedThere]).when({ type: 'RecordReopened', why }).then([said]);
        given([there, published, closedThere, said]).when({ type: 'RecordReopened', why }).thenNothing();
        given([there, published, closedThere, said]).thenState((state) => expect(state.status).toBe('closed'));
        given([there, published, closedThere, said]).when({ type: 'RecordReopened', why: null }).then([again]);
      });
    });

    it('is called what it is called there, a draft while it is one, and goes where it goes there', () => {
      const text = { title: 'Greet by name', draft: true, baseBranch: 'release' };
      const edited: PullRequestEvent = { type: 'PullRequestEdited', data: text };
      given([there, published])
        .when({ type: 'RecordEdit', title: 'Greet', draft: false, baseBranch: 'main' })
        .thenNothing();
      given([there, published])
        .when({ type: 'RecordEdit', ...text })
        .then([edited]);
      given([there, published, edited])
        .when({ type: 'RecordEdit', ...text })
        .thenNothing();
      // The work was made and looked at against the other one.
      given([there, published, edited]).thenState((state) =>
        expect(state).toMatchObject({ ...text, baseBranch: 'main', baseThere: 'release' }),
      );
      given([there, published, merged])
        .when({ type: 'RecordEdit', ...text })
        .thenNothing();
    });

    it('was merged there, asked for from here or not', () => {
      given([there, published]).when({ type: 'RecordMerge', mergeSha: 'm', strategy: 'squash' }).then([merged]);
    });
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
});
