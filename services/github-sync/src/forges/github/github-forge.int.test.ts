import type { Change } from '@claude-codex/forges/forge';
import { type ForgeHouse, forgeContract } from '@claude-codex/forges/forge.contract';
import { newId } from '@claude-codex/service-kit/ids';
import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import { git as inBare } from '@claude-codex/testing/github/git/git';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../api/client.ts';
import { createGitDouble, type GitDouble } from '../../git-service/git-double.fixture.ts';
import { createGithubForge } from './github-forge.ts';
import { OUR_MARK } from './our-mark.ts';

const SLUG = 'team/shop';
const BRANCH = 'codex/1-greet-a1';
const NOTHING: ReadonlySet<string> = new Set();

async function furnish() {
  const github = await startFakeGithub({ plainApi: true });
  const { directory } = await github.addRepository(SLUG, { files: { 'same.txt': 'base\n' } });
  github.addCollaborator(SLUG, 'team-bot', 'write');
  const token = github.addToken({ login: 'team-bot' });
  const url = github.cloneUrl(SLUG).replace('https://', `https://x-access-token:${token}@`);
  const git = await createGitDouble(url, github.certificate.file);
  let later = 0;
  const client = await createClient({ apiUrl: github.apiUrl, proxy: {} }, token, () => Date.now() + later);
  const wait = (ms: number) => {
    later += ms;
  };
  const clients = { ofConnection: async () => ({ ...client, token: 't', credentialId: newId(), login: 'team-bot' }) };
  const forge = createGithubForge({ clients, git, textOf: async ({ title, body }) => ({ title, body }) });
  const change = (headSha: string): Change => ({
    ...{ pullRequestId: newId(), taskId: newId(), repositoryId: newId(), number: null, draft: false },
    ...{ branch: BRANCH, baseBranch: 'main', headSha, title: 'Greet', body: 'Says hello.' },
    source: { kind: 'forge', provider: 'github', connectionId: newId(), slug: SLUG, url: github.cloneUrl(SLUG) },
  });
  return { github, git, forge, directory, change, wait };
}

async function house(): Promise<ForgeHouse> {
  const { github, git, forge, directory, change } = await furnish();
  return {
    forge,
    async open(files) {
      const opened = change(await git.commit(BRANCH, files));
      const published = await forge.publish(opened);
      if (!published.ok) throw new Error(published.detail);
      return { ...opened, number: published.number };
    },
    goOn: async (_change, files) => void (await github.push(SLUG, BRANCH, files)),
    moveBase: (files) => github.push(SLUG, 'main', files),
    async base() {
      const names = (await inBare(directory, ['ls-tree', '-r', '--name-only', 'main'])).trim().split('\n');
      const show = async (name: string) => [name, (await inBare(directory, ['show', `main:${name}`])).trim()] as const;
      const files = Object.fromEntries(await Promise.all(names.map(show)));
      const commits = Number(await inBare(directory, ['rev-list', '--count', 'main']));
      return { headSha: (await github.headOf(SLUG, 'main')) ?? '', files, commits };
    },
    async close() {
      expect(github.violations).toEqual([]);
      git.remove();
      await github.stop();
    },
  };
}

forgeContract('github', house);

describe('a pull request on GitHub', () => {
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

  it('is opened once for a branch, however often it is asked for, and more work on the branch is in it', async () => {
    const first = at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' }));
    const opened = await at.forge.publish(first);
    expect(opened).toMatchObject({ ok: true, number: 1, url: `${github.webUrl}/${SLUG}/pull/1` });
    expect(await at.forge.publish(first)).toEqual(opened);
    expect(github.issue(SLUG, 1)).toMatchObject({ title: 'Greet', body: 'Says hello.' });
  });

  it('that was merged before it could be written down is found', async () => {
    const change = at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' }));
    const opened = await at.forge.publish(change);
    const mergeSha = await github.merge(SLUG, 1);
    expect(await at.forge.publish(change)).toEqual(opened);
    expect(await at.forge.look({ ...change, number: 1 }, NOTHING)).toMatchObject({ state: 'merged', mergeSha });
  });

  it('that cannot be a draft is opened all the same', async () => {
    github.fault({
      match: { method: 'POST', path: `/repos/${SLUG}/pulls` },
      effect: { kind: 'status', status: 422, message: 'Draft pull requests are not supported in this repository.' },
    });
    const change = { ...at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' })), draft: true };
    expect(await at.forge.publish(change)).toMatchObject({ ok: true, number: 1 });
  });

  it('is refused in GitHub’s words', async () => {
    const base = (await github.headOf(SLUG, 'main')) ?? '';
    expect(await at.forge.publish(at.change(base))).toMatchObject({
      ok: false,
      code: 'FORGE_REFUSED',
      detail: expect.stringContaining('No commits between main and'),
    });
  });

  it('is closed once; one that was never opened is not', async () => {
    const change = at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' }));
    await at.forge.withdraw(change);
    await at.forge.publish(change);
    await at.forge.withdraw(change);
    await at.forge.withdraw({ ...change, number: 1 });
    expect(github.issue(SLUG, 1)).toMatchObject({ state: { name: 'closed' } });
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
    expect([github.requests.total, github.requests.notModified]).toEqual([6, 6]);
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
      expect(github.requests.total).toBe(6);
    });

    it('asks for no log while nothing failed', async () => {
      const { headSha, reports } = await opened();
      await github.setCheck(SLUG, headSha, { name: 'ci', status: 'in_progress', log: LOG });
      github.requests.reset();
      expect(await reports()).toEqual({ ci: null });
      expect(github.requests.total).toBe(6);
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
    await github.comment(SLUG, 1, `Works on it. ${OUR_MARK}`, { by: 'team-bot' });
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

  it('into another base than it was looked at against is not merged from here', async () => {
    const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
    await at.forge.publish(at.change(headSha));
    const change = { ...at.change(headSha), number: 1, baseBranch: 'release' };
    const wish = { personId: 'ada', at: '2026-03-01T12:00:00Z', strategy: 'merge' } as const;
    expect(await at.forge.merge(change, wish)).toMatchObject({ ok: false, code: 'FORGE_BASE_CHANGED' });
  });

  it.each([
    ['is limited', { kind: 'primary-limit', resetInSeconds: 3_600 }, 'forge_limited'],
    ['is asked too much at once', { kind: 'secondary-limit', retryAfterSeconds: 30 }, 'forge_limited'],
    ['fails', { kind: 'status', status: 502 }, 'forge_away'],
    ['hangs up', { kind: 'hang-up' }, 'forge_away'],
    ['takes the token no more', { kind: 'status', status: 401 }, 'forge_credential_refused'],
  ] as const)('waits while GitHub %s, and is opened after it', async (_name, effect, why) => {
    const change = at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' }));
    github.fault({ match: { path: /^\/repos\// }, times: 2, effect });
    await expect(at.forge.publish(change)).rejects.toMatchObject({ why });
    github.clearFaults();
    at.wait(3_601_000);
    expect(await at.forge.publish(change)).toMatchObject({ ok: true, number: 1 });
  });

  it('is asked nothing until the time it named, once it takes no more requests', async () => {
    const change = at.change(await git.commit(BRANCH, { 'new.txt': 'ours\n' }));
    github.fault({ match: { path: /^\/repos\// }, effect: { kind: 'secondary-limit', retryAfterSeconds: 30 } });
    await expect(at.forge.publish(change)).rejects.toMatchObject({ why: 'forge_limited' });
    const asked = github.requests.total;
    const retryAt = expect.closeTo(Date.now() + 30_000, -4);
    await expect(at.forge.publish(change)).rejects.toMatchObject({ why: 'forge_limited', retryAt });
    expect(github.requests.total).toBe(asked);
    at.wait(30_000);
    expect(await at.forge.publish(change)).toMatchObject({ ok: true, number: 1 });
  });
});
