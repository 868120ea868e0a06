import { streamOf } from '@claude-codex/contracts';
import { systemClock } from '@claude-codex/service-kit/clock';
import { waitFor } from '@claude-codex/testing/wait-for';
import { describe, expect, it } from 'vitest';
import {
  answers,
  append,
  asked,
  away,
  CHECKS,
  desk,
  ID,
  PLACE,
  REPOSITORY,
  STREAM,
  seen,
  status,
  store,
  TASK,
  TEXT,
  types,
  UNSAID,
  until,
  useDesk,
} from './desk.fixture.ts';

useDesk();

describe('a pull request', () => {
  it('is published, then followed, and its checks are said once', async () => {
    desk.wake([ID]);
    await seen('PullRequestChecked');
    await waitFor('some more looks', () => asked.filter((name) => name === 'look').length > 3 || null);
    expect(await types()).toEqual(['PullRequestOpened', 'PullRequestPublished', 'PullRequestChecked']);
  });

  it('that was wished to be merged is published first, and its base is read again', async () => {
    await append(STREAM, 'PullRequestMergeRequested', { strategy: 'squash' });
    desk.wake([ID]);
    await seen('PullRequestMerged');
    expect(asked.slice(0, 2)).toEqual(['publish', 'merge']);
    await until('a refresh', streamOf('repository', REPOSITORY), 'RepositoryRefreshRequested');
  });

  it('that was wished to be merged waits for what its forge wants, is followed meanwhile, and is merged then', async () => {
    await append(STREAM, 'PullRequestPublished', PLACE);
    await append(STREAM, 'PullRequestMergeRequested', { strategy: 'squash' });
    const why = 'The required check "ci" has not passed yet.';
    answers.merge = async () => ({ ok: 'later', detail: why });
    const judged = { headSha: 'h', readiness: 'waits' as const, why: [why] };
    answers.look = async () => ({ state: 'open', checks: CHECKS, ...UNSAID, judged });
    desk.wake([ID]);
    await seen('PullRequestJudged');
    await until('the hold', streamOf('task', TASK), 'TaskHeldBack');
    await waitFor('some more tries', () => asked.filter((name) => name === 'merge').length > 3 || null);
    const held = (await store.readStream(streamOf('task', TASK))).filter(({ type }) => type === 'TaskHeldBack');
    expect(held.map(({ data }) => data)).toEqual([{ cause: 'forge_rules', detail: why, needsPerson: false }]);
    expect(await status()).toBe('merging');
    delete answers.merge;
    await seen('PullRequestMerged');
    expect(asked).not.toContain('publish');
  });

  it('that was wished to be merged is not once that is taken back', async () => {
    await append(STREAM, 'PullRequestPublished', PLACE);
    await append(STREAM, 'PullRequestMergeRequested', { strategy: 'squash' });
    answers.merge = async () => ({ ok: 'later', detail: 'It waits for an approving review there.' });
    desk.wake([ID]);
    await until('the hold', streamOf('task', TASK), 'TaskHeldBack');
    await append(STREAM, 'PullRequestMergeTakenBack', {});
    delete answers.merge;
    const merges = () => asked.filter((name) => name === 'merge').length;
    await waitFor('the end of what was under way', async () => (await status()) === 'open' || null);
    await systemClock.sleep(150);
    const before = merges();
    await systemClock.sleep(200);
    expect([merges(), await status()]).toEqual([before, 'open']);
  });

  it('of a task that ended is neither published nor merged', async () => {
    await append(STREAM, 'PullRequestMergeRequested', { strategy: 'squash' });
    await append(streamOf('task', TASK), 'TaskCancelled', { reason: '' });
    desk.wake([ID]);
    await seen('PullRequestMergeFailed');
    expect(asked).not.toContain('merge');
  });

  it('that the forge refuses is for a person', async () => {
    answers.publish = async () => ({ ok: false, code: 'FORGE_REFUSED', detail: 'No.', conflicts: [] });
    desk.wake([ID]);
    await seen('PullRequestPublishFailed');
    expect(await status()).toBe('unpublished');
  });

  it.each(['forge_away', 'forge_limited', 'forge_credential_refused'] as const)(
    'waits with the reason on its task (%s), and goes on by itself',
    async (why) => {
      answers.publish = away(why);
      desk.wake([ID]);
      await until('the hold', streamOf('task', TASK), 'TaskHeldBack');
      delete answers.publish;
      await seen('PullRequestPublished');
      const held = (await types(streamOf('task', TASK))).filter((type) => type === 'TaskHeldBack');
      expect(held).toHaveLength(1);
    },
  );

  it('says what it waits for now, also when that is what it waited for before', async () => {
    const causes = ['forge_away', 'forge_limited', 'forge_away', 'forge_away', 'forge_limited'] as const;
    let tries = 0;
    answers.publish = () => {
      const why = causes[tries] ?? 'forge_limited';
      tries += 1;
      return away(why)();
    };
    for (let wake = 1; wake <= causes.length; wake += 1) {
      desk.wake([ID]);
      await waitFor(`try ${wake}`, () => tries >= wake || null);
    }
    const said = async () => {
      const events = await store.readStream(streamOf('task', TASK), { limit: 100 });
      const held = events.filter(({ type }) => type === 'TaskHeldBack');
      return held.map(({ data }) => (data as { cause: string }).cause);
    };
    await waitFor('the last word', async () => (await said()).length >= 4 || null);
    expect(await said()).toEqual(['forge_away', 'forge_limited', 'forge_away', 'forge_limited']);
  });

  it('has what people say of it there once, and asks for what is not known alone', async () => {
    const said = { author: 'grace', mayWrite: true, body: 'Shorter.', url: PLACE.url, at: '2026-03-01T12:00:00Z' };
    const review = { id: 'review-2', ...said, verdict: 'changes_requested' as const, comments: [], headSha: 'h' };
    const comment = { id: 'comment-3', ...said };
    let known: readonly string[] = [];
    answers.look = async (_change, ids) => {
      known = [...ids].sort();
      // However often it is shown, and in other words.
      const body = `Edited ${known.length}.`;
      return {
        state: 'open',
        text: TEXT,
        rules: null,
        judged: null,
        checks: CHECKS,
        reviews: [{ ...review, body }],
        comments: [{ ...comment, body }],
        isDiscussed: false,
      };
    };
    desk.wake([ID]);
    await waitFor('a look that knows all', () => known.length === 3 || null);
    expect(known).toEqual(['comment-1', 'comment-3', 'review-2']);
    const looks = asked.length;
    await waitFor('one more look', () => asked.length > looks + 1 || null);
    expect((await types()).slice(3)).toEqual(['PullRequestReviewed', 'PullRequestCommented']);
  });

  it('says there how it goes on, and is held up by nothing that goes wrong with it', async () => {
    const said: string[] = [];
    answers.say = async (_change, text) => {
      said.push(text);
      throw new Error('no comment may be written there');
    };
    desk.wake([ID]);
    await seen('PullRequestChecked');
    expect(said).toEqual([]);
    const detail = 'The same fails in the same way: ci.';
    await append(STREAM, 'PullRequestFollowThroughStopped', { why: 'same_failure', over: 'checks', detail });
    await waitFor('it to be said again', () => said.length > 1 || null);
    expect(said[0]).toContain(detail);
    expect(said[0]).toContain(`https://codex.example.org/tasks/${TASK}`);
    answers.look = async () => ({ state: 'merged', mergeSha: 'theirs', checks: null, ...UNSAID });
    await seen('PullRequestMerged');
  });
});
