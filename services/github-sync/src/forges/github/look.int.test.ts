import type { FakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUR_MARK } from '../../api/our-mark.ts';
import type { GitDouble } from '../../git-service/git-double.fixture.ts';
import { BRANCH, furnish, NOTHING, SLUG } from './github-house.fixture.ts';
import { quiet } from './quiet.ts';

describe('how a pull request on GitHub stands', () => {
  let github: FakeGithub;
  let git: GitDouble;
  let at: Awaited<ReturnType<typeof furnish>>;
  beforeEach(async () => {
    at = await furnish();
    ({ github, git } = at);
  });
  afterEach(async () => {
    expect(github.violations).toEqual([]);
    git.remove();
    await github.stop();
  });

  it('says how it stands; asked again without news it costs nothing of the hour’s budget', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    const change = { ...at.change(headSha), number: 1 };
    await at.forge.publish(change);
    await github.setCheck(SLUG, headSha, { name: 'ci', status: 'completed', conclusion: 'failure' });
    await github.setCheck(SLUG, headSha, { name: 'lint', status: 'in_progress' });
    const standing = await at.forge.look(change, NOTHING);
    expect(standing).toMatchObject({
      state: 'open',
      checks: {
        headSha,
        verdict: 'failed',
        checks: [
          { name: 'ci', verdict: 'failed' },
          { name: 'lint', verdict: 'pending' },
        ],
      },
    });
    github.requests.reset();
    expect(await at.forge.look(change, NOTHING)).toEqual(standing);
    expect([github.requests.total, github.requests.notModified]).toEqual([8, 8]);
  });

  it('says what people made of it there; what we made quiet on the way is as it is here', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    const change = { ...at.change(headSha), number: 1 };
    await at.forge.publish({ ...change, title: quiet('Fixes #1 for @grace') });
    const ours = { ...change, title: 'Fixes #1 for @grace' };
    const text = { title: ours.title, draft: false, baseBranch: 'main' };
    expect(await at.forge.look(ours, NOTHING)).toMatchObject({ text });
    await github.push(SLUG, 'release', { 'release.txt': 'r\n' }, { by: 'team-bot' });
    await github.edit(SLUG, 1, { title: 'Greet by name', base: 'release', draft: true, by: 'team-bot' });
    expect(await at.forge.look(ours, NOTHING)).toMatchObject({
      text: { title: 'Greet by name', draft: true, baseBranch: 'release' },
    });
    await github.edit(SLUG, 1, { draft: false, by: 'team-bot' });
    await github.close(SLUG, 1, { by: 'team-bot' });
    expect(await at.forge.look(ours, NOTHING)).toMatchObject({ state: 'closed' });
    await github.reopen(SLUG, 1, { by: 'team-bot' });
    expect(await at.forge.look(ours, NOTHING)).toMatchObject({ state: 'open', text: { draft: false } });
  });

  it('says which ways of merging the repository allows', async () => {
    const change = { ...at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' })), number: 1 };
    await at.forge.publish(change);
    const all = { mergeMethods: ['merge', 'squash', 'rebase'], deletesBranch: false };
    expect(await at.forge.look(change, NOTHING)).toMatchObject({ rules: all });
    github.configure(SLUG, { mergeMethods: ['squash'], deleteBranchOnMerge: true });
    const squash = { mergeMethods: ['squash'], deletesBranch: true };
    expect(await at.forge.look(change, NOTHING)).toMatchObject({ rules: squash });
  });

  it('sees the check that failed behind a hundred that passed, and that all of many passed', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    const change = { ...at.change(headSha), number: 1 };
    await at.forge.publish(change);
    const set = (name: string, conclusion: 'success' | 'failure') =>
      github.setCheck(SLUG, headSha, { name, status: 'completed', conclusion });
    await set('the first', 'failure');
    for (let nth = 0; nth < 120; nth += 1) await set(`shard ${nth}`, 'success');
    const { checks } = await at.forge.look(change, NOTHING);
    expect(checks?.verdict).toBe('failed');
    expect(checks?.checks[0]).toMatchObject({ name: 'the first', verdict: 'failed' });
    await set('the first', 'success');
    expect((await at.forge.look(change, NOTHING)).checks).toMatchObject({ verdict: 'passed' });
  });

  it('says how it stands where the token may not see check runs, by what it may see', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    const change = { ...at.change(headSha), number: 1 };
    await at.forge.publish(change);
    await github.setStatus(SLUG, headSha, { context: 'ci', state: 'failure' });
    const hidden = {
      kind: 'status',
      status: 403,
      message: 'Resource not accessible by personal access token',
    } as const;
    github.fault({ match: { path: /check-runs$/ }, times: 10, effect: hidden });
    expect(await at.forge.look(change, NOTHING)).toMatchObject({ state: 'open', checks: { verdict: 'failed' } });
  });

  describe('with checks that failed', () => {
    const LOG = '2026-03-01T12:00:00.1Z ##[group]Run npm test\n2026-03-01T12:00:01.1Z ##[error]expected 2 to be 3\n';
    const WHY = '##[group]Run npm test\n##[error]expected 2 to be 3';
    const failure = { status: 'completed', conclusion: 'failure' } as const;
    async function opened() {
      const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
      const change = { ...at.change(headSha), number: 1 };
      await at.forge.publish(change);
      const reports = async () => {
        const { checks } = await at.forge.look(change, NOTHING);
        return Object.fromEntries((checks?.checks ?? []).map(({ name, report }) => [name, report]));
      };
      return { headSha, reports };
    }

    it('says why, in the words of each', async () => {
      const { headSha, reports } = await opened();
      const annotations = [{ path: 'a.ts', startLine: 3, endLine: 3, level: 'failure' as const, message: 'unused' }];
      await github.setCheck(SLUG, headSha, { name: 'ci', ...failure, log: LOG });
      await github.setCheck(SLUG, headSha, { name: 'lint', ...failure, title: 'One problem', annotations });
      await github.setCheck(SLUG, headSha, { name: 'fine', status: 'completed', conclusion: 'success', log: LOG });
      await github.setStatus(SLUG, headSha, { context: 'deploy', state: 'error', description: 'No room left' });
      expect(await reports()).toEqual({
        ci: { from: 'log', text: WHY },
        lint: { from: 'annotations', text: 'One problem\na.ts:3: unused' },
        deploy: { from: 'description', text: 'No room left' },
        fine: null,
      });
    });

    it('asks for each log once, and of many for five', async () => {
      const { headSha, reports } = await opened();
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
        await github.setCheck(SLUG, headSha, { name, ...failure, log: LOG });
      const found = Object.values(await reports());
      expect(found.filter((report) => report !== null)).toHaveLength(5);
      github.requests.reset();
      expect(Object.values(await reports())).toEqual(found);
      expect(github.requests.total).toBe(8);
    });

    it('asks for no log while nothing failed', async () => {
      const { headSha, reports } = await opened();
      await github.setCheck(SLUG, headSha, { name: 'ci', status: 'in_progress', log: LOG });
      github.requests.reset();
      expect(await reports()).toEqual({ ci: null });
      expect(github.requests.total).toBe(8);
    });

    it.each([
      ['is gone', { kind: 'status', status: 410, message: 'Gone' }, 'GitHub does not show it: Gone.', null],
      ['does not come', { kind: 'status', status: 502 }, 'It could not be asked for. GitHub does not answer.', WHY],
    ] as const)(
      'stands without a log that %s, and asks again for what was only away',
      async (_what, effect, text, later) => {
        const { headSha, reports } = await opened();
        await github.setCheck(SLUG, headSha, { name: 'ci', ...failure, log: LOG });
        github.fault({ match: { path: /\/logs$/ }, times: 2, effect });
        expect(await reports()).toEqual({ ci: { from: 'nowhere', text } });
        github.clearFaults();
        expect(await reports()).toEqual({
          ci: later === null ? { from: 'nowhere', text } : { from: 'log', text: later },
        });
      },
    );

    it('says why where the token may not see check runs, by the jobs of its workflows', async () => {
      const { headSha, reports } = await opened();
      await github.setCheck(SLUG, headSha, { name: 'ci', ...failure, log: LOG });
      const message = 'Resource not accessible by personal access token';
      github.fault({ match: { path: /check-runs$/ }, times: 10, effect: { kind: 'status', status: 403, message } });
      expect(await reports()).toEqual({ ci: { from: 'log', text: `ci\n${WHY}` } });
    });
  });

  it('says what people submitted and is not known, who of them may write, and nothing of ours', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    const change = { ...at.change(headSha), number: 1 };
    await at.forge.publish(change);
    github.addCollaborator(SLUG, 'grace', 'write');
    const comments = [{ path: 'new.txt', line: 1, body: 'Shorter.' }];
    await github.review(SLUG, 1, { by: 'grace', verdict: 'REQUEST_CHANGES', body: 'Not yet.', comments });
    await github.review(SLUG, 1, { by: 'grace', body: 'Begun, not sent.' });
    await github.comment(SLUG, 1, `${OUR_MARK}\nWorks on it.`, { by: 'team-bot' });
    await github.comment(SLUG, 1, 'The same account, by hand.', { by: 'team-bot' });
    await github.comment(SLUG, 1, `${'x'.repeat(3_999)}😀`, { by: 'stranger' });

    const found = await at.forge.look(change, NOTHING);
    expect(found.reviews).toMatchObject([
      {
        author: 'grace',
        mayWrite: true,
        verdict: 'changes_requested',
        body: 'Not yet.',
        comments: [{ path: 'new.txt', line: 1, side: 'new', body: 'Shorter.' }],
      },
    ]);
    expect(found.comments.map(({ author, mayWrite, body }) => [author, mayWrite, body.length])).toEqual([
      ['team-bot', true, 26],
      ['stranger', false, 3_999],
    ]);

    const known = new Set([...found.reviews, ...found.comments].map(({ id }) => id));
    await github.comment(SLUG, 1, 'One more thing.', { by: 'grace' });
    const later = await at.forge.look(change, known);
    expect([later.reviews, later.comments.map(({ body }) => body)]).toEqual([[], ['One more thing.']]);
  });

  it('stands without the words of people that the token may not see', async () => {
    const change = { ...at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' })), number: 1 };
    await at.forge.publish(change);
    await github.comment(SLUG, 1, 'Unseen.', { by: 'grace' });
    const message = 'Resource not accessible by personal access token';
    github.fault({ match: { path: /\/comments$/ }, times: 10, effect: { kind: 'status', status: 403, message } });
    expect(await at.forge.look(change, NOTHING)).toMatchObject({ state: 'open', comments: [] });
  });
});
