import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient, type GithubClient } from './client.ts';

const SLUG = 'team/shop';
const AT = { owner: 'team', repo: 'shop' };

let github: FakeGithub;
let octokit: GithubClient;
beforeEach(async () => {
  github = await startFakeGithub({ plainApi: true });
  await github.addRepository(SLUG, { files: { 'README.md': '# A shop\n' } });
  github.addCollaborator(SLUG, 'grace', 'write');
  ({ octokit } = await createClient({ apiUrl: github.apiUrl, proxy: {} }, github.addToken({ login: 'grace' })));
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

it('does nothing twice that it cannot know to be undone: an answer that was lost is an error', async () => {
  github.fault({ match: { operation: 'issues/create' }, effect: { kind: 'lose-answer' } });
  await expect(octokit.rest.issues.create({ ...AT, title: 'Greet' })).rejects.toThrow();
  const { data } = await octokit.rest.issues.listForRepo(AT);
  expect(data.map(({ title }) => title)).toEqual(['Greet']);
});

it('asks once more for what it only reads', async () => {
  github.fault({ match: { operation: 'issues/list-for-repo' }, effect: { kind: 'status', status: 502 } });
  expect((await octokit.rest.issues.listForRepo(AT)).status).toBe(200);
});
