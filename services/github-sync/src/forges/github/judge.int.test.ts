import type { FakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GitDouble } from '../../git-service/git-double.fixture.ts';
import { BRANCH, furnish, NOTHING, SLUG } from './github-house.fixture.ts';

const WISH = { personId: 'ada', at: '2026-03-01T12:00:00Z', strategy: 'merge' as const };

let github: FakeGithub;
let git: GitDouble;
let at: Awaited<ReturnType<typeof furnish>>;
beforeEach(async () => {
  at = await furnish();
  ({ github, git } = at);
  for (const login of ['grace', 'linus']) github.addCollaborator(SLUG, login, 'write');
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  git.remove();
  await github.stop();
});

async function opened() {
  const headSha = await git.commit(BRANCH, { 'new.txt': 'ours\n' });
  const change = { ...at.change(headSha), number: 1 };
  await at.forge.publish(change);
  return {
    headSha,
    judged: async () => (await at.forge.look(change, NOTHING)).judged,
    merge: () => at.forge.merge(change, WISH),
    check: (name: string, conclusion?: 'success' | 'failure') =>
      github.setCheck(SLUG, headSha, conclusion ? { name, conclusion } : { name, status: 'in_progress' }),
  };
}

it('would be merged where nothing is asked for', async () => {
  const { headSha, judged } = await opened();
  expect(await judged()).toEqual({ headSha, readiness: 'ready', why: [] });
});

it('waits for its required checks, says which, and is merged once they passed', async () => {
  github.requireChecks(SLUG, 'main', ['ci', 'lint']);
  const { judged, merge, check } = await opened();
  await check('ci');
  await check('other');
  const why = ['The required check "ci" has not passed yet.', 'The required check "lint" has not passed yet.'];
  expect(await judged()).toMatchObject({ readiness: 'waits', why });
  expect(await merge()).toEqual({ ok: 'later', detail: why.join(' ') });
  await check('ci', 'success');
  expect(await merge()).toEqual({ ok: 'later', detail: why[1] });
  await check('lint', 'success');
  expect(await judged()).toMatchObject({ readiness: 'ready' });
  expect(await merge()).toMatchObject({ ok: true });
});

it('is not merged when what is required failed, and says so', async () => {
  github.requireChecks(SLUG, 'main', ['ci', 'lint']);
  const { judged, merge, check } = await opened();
  await check('ci', 'failure');
  const detail = 'The required check "ci" failed.';
  expect(await judged()).toMatchObject({ readiness: 'blocked', why: [detail] });
  expect(await merge()).toMatchObject({ ok: false, code: 'FORGE_REFUSED', detail });
});

it('waits for the reviews that are asked for, and is not merged against the word of a reviewer', async () => {
  github.protect(SLUG, 'main', { approvals: 2 });
  const { judged, merge } = await opened();
  expect(await judged()).toMatchObject({ readiness: 'waits', why: ['It waits for 2 approving reviews there.'] });
  await github.review(SLUG, 1, { verdict: 'REQUEST_CHANGES', body: 'Shorter.', by: 'grace' });
  expect(await merge()).toMatchObject({ ok: false, detail: 'grace asks for changes.' });
  for (const by of ['grace', 'linus']) await github.review(SLUG, 1, { verdict: 'APPROVE', body: '', by });
  expect(await merge()).toMatchObject({ ok: true });
});

it('waits for what GitHub does not name to this token, and says where to look', async () => {
  github.protect(SLUG, 'main', { approvals: 1 });
  const { judged, merge } = await opened();
  const effect = { kind: 'status', status: 403, message: 'Resource not accessible by integration' } as const;
  github.fault({ match: { path: /\/branches\// }, times: 20, effect });
  expect(await judged()).toMatchObject({ readiness: 'waits', why: [expect.stringContaining('its page there does')] });
  expect(await merge()).toMatchObject({ ok: 'later' });
});

it('is not merged past a rule by whoever may', async () => {
  github.protect(SLUG, 'main', { strict: true });
  const { judged, merge } = await opened();
  await github.push(SLUG, 'main', { 'other.txt': 'theirs\n' });
  expect(await judged()).toMatchObject({ readiness: 'behind', why: [expect.stringContaining('Update')] });
  expect(await merge()).toMatchObject({ ok: false, code: 'FORGE_REFUSED' });
});

it('is left to the queue where there is one', async () => {
  github.protect(SLUG, 'main', { queue: true });
  const { judged, merge } = await opened();
  expect(await judged()).toMatchObject({ readiness: 'queue', why: [expect.stringContaining('add it to the queue')] });
  expect(await merge()).toMatchObject({ ok: false, code: 'FORGE_REFUSED' });
});

it('says what stands against it before anybody presses', async () => {
  const { judged } = await opened();
  await github.edit(SLUG, 1, { draft: true });
  expect(await judged()).toMatchObject({ readiness: 'draft' });
  await github.edit(SLUG, 1, { draft: false });
  await github.push(SLUG, 'main', { 'new.txt': 'theirs\n' });
  expect(await judged()).toMatchObject({ readiness: 'conflict' });
});
