import { describe, expect, it } from 'vitest';
import { attentionOf } from '../attention/attention-of.ts';
import { act, shown } from './derive-state.fixture.ts';
import { developing, handedOver, offered, PULL_REQUEST, pullRequest, taskAfter } from './history.fixture.ts';

const URL = 'https://github.com/acme/app/pull/12';
const published = pullRequest('PullRequestPublished', { number: 12, url: URL });
const failed = pullRequest('PullRequestPublishFailed', { code: 'BRANCH_TAKEN', detail: 'Somebody pushed.' });
const again = pullRequest('PullRequestPublishRequested', {});
const after = (...events: ReturnType<typeof pullRequest>[]) => taskAfter(developing, handedOver, offered, events);

describe('a task whose change goes to a forge', () => {
  it('says that it is being opened there, and nobody is waited for', () => {
    for (const view of [after(), after(failed, again)]) {
      expect(shown(view)).toMatchObject({ state: 'merging', nextAction: null });
      expect(view.activity).toBe('Opening its pull request on GitHub');
      expect([view.published, attentionOf(view, 1)]).toEqual([null, []]);
    }
  });

  it('says why it could not be, and waits for somebody to try again', () => {
    const view = after(failed);
    expect(view.nextAction).toEqual(act('publish', PULL_REQUEST));
    expect(view.activity).toBe('Could not be opened on GitHub: Somebody pushed.');
    const failure = { code: 'BRANCH_TAKEN', detail: 'Somebody pushed.' };
    expect(attentionOf(view, 1)).toMatchObject([{ kind: 'publish', id: PULL_REQUEST, failure }]);
  });

  it('leads to where it stands', () => {
    const view = after(failed, again, published);
    expect(view.published).toEqual({ number: 12, url: URL });
    expect(view.nextAction).toEqual(act('merge', PULL_REQUEST));
    expect(attentionOf(view, 1)).toMatchObject([{ kind: 'merge', id: PULL_REQUEST }]);
  });

  it('says what the checks there say, of the commit that stands there alone', () => {
    const checked = (headSha: string, ...names: string[]) => {
      const checks = names.map((name) => ({ name, verdict: 'failed' as const, url: null, report: null }));
      return pullRequest('PullRequestChecked', { headSha, verdict: names.length > 0 ? 'failed' : 'passed', checks });
    };
    expect(after(published, checked('h', 'lint')).standing.atForge).toBe('failed');
    expect(after(published, checked('older', 'lint')).standing.atForge).toBeNull();
    expect(after(published, checked('h')).standing.atForge).toBeNull();
  });

  it('waits for somebody once it does not go back to its agent by itself, as long as that is so', () => {
    const detail = 'The same fails in the same way: ci.';
    const stop = pullRequest('PullRequestFollowThroughStopped', { why: 'same_failure', over: 'checks', detail });
    const view = after(published, stop);
    expect(shown(view)).toMatchObject({ state: 'needs_you', nextAction: act('decide', PULL_REQUEST) });
    expect(view.activity).toBe(detail);
    const failure = { code: 'FOLLOW_THROUGH_STOPPED', detail };
    expect(attentionOf(view, 1)).toMatchObject([{ kind: 'merge', id: PULL_REQUEST, failure }]);
    const rerun = pullRequest('PullRequestChecked', { headSha: 'h', verdict: 'pending', checks: [] });
    expect(after(published, stop, rerun)).toMatchObject({ state: 'ready_to_merge', pullRequest: { stopped: null } });
  });

  it('shows what people said of it there, the newest twenty', () => {
    const said = (id: number) =>
      pullRequest('PullRequestCommented', {
        ...{
          id: `comment-${id}`,
          author: 'grace',
          mayWrite: false,
          body: 'Why?',
          url: URL,
          at: '2026-03-01T12:00:00Z',
        },
      });
    const remarks =
      after(published, ...Array.from({ length: 25 }, (_, index) => said(index))).pullRequest?.remarks ?? [];
    expect([remarks.length, remarks[0]?.id, remarks.at(-1)?.verdict]).toEqual([20, 'comment-5', null]);
  });
});
