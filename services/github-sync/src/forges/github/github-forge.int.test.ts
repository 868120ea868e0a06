import { type ForgeHouse, forgeContract } from '@claude-codex/forges/forge.contract';
import type { FakeGithub } from '@claude-codex/testing/github/fake-github';
import { git as inBare } from '@claude-codex/testing/github/git/git';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitDouble } from '../../git-service/git-double.fixture.ts';
import { BRANCH, furnish, NOTHING, SLUG } from './github-house.fixture.ts';

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
