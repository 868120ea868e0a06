import type { ForgeIssueAnswer, ForgeIssuesAnswer, ForgeIssuesRequest } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../api/client.ts';
import { createConditional } from '../api/conditional.ts';
import { OUR_MARK } from '../api/our-mark.ts';
import { issueOf } from './issue.ts';
import { listIssues } from './issues.ts';

const SLUG = 'team/shop';
const credentialId = newId();

let github: FakeGithub;
let token: string;
let list: (request?: Partial<ForgeIssuesRequest>) => Promise<ForgeIssuesAnswer>;
let one: (number: number) => Promise<ForgeIssueAnswer>;
beforeEach(async () => {
  github = await startFakeGithub({ plainApi: true });
  await github.addRepository(SLUG, { files: { 'a.txt': 'a\n' }, private: true });
  github.addCollaborator(SLUG, 'team-bot', 'write');
  github.addCollaborator(SLUG, 'reader', 'read');
  github.addCollaborator(SLUG, 'ada', 'maintain');
  token = github.addToken({ login: 'team-bot' });
  await asWith(token);
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.stop();
});

async function asWith(value: string): Promise<void> {
  const client = await createClient({ apiUrl: github.apiUrl, proxy: {} }, value);
  const parts = {
    clients: { of: async () => ({ ...client, kind: 'token' as const, token: value }) },
    ask: createConditional(),
  };
  const all: ForgeIssuesRequest = { credentialId, slug: SLUG, state: 'open', labels: [], text: '', page: 1 };
  list = (request) => listIssues(parts, { ...all, ...request });
  one = (number) => issueOf(parts, { credentialId, slug: SLUG, number });
}

const titles = (answer: ForgeIssuesAnswer) => (answer.ok ? answer.issues.map(({ title }) => title) : answer.code);

describe('a list of issues', () => {
  it('holds no pull requests, the last changed first, with what a person chooses by', async () => {
    await github.openIssue(SLUG, { title: 'Greet  visitors', labels: ['bug', 'small'], by: 'reader' });
    await github.push(SLUG, 'work', { 'b.txt': 'b\n' });
    await github.openPull(SLUG, { title: 'A change', head: 'work', base: 'main' });
    expect(await list()).toMatchObject({
      ok: true,
      nextPage: null,
      issues: [
        {
          ...{ number: 1, title: 'Greet visitors', state: 'open', labels: ['bug', 'small'], author: 'reader' },
          ...{ assignees: [], comments: 0, url: `${github.webUrl}/${SLUG}/issues/1` },
        },
      ],
    });
  });

  it('is filtered by state, labels, and a text in the title or the number', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors', labels: ['bug', 'small'] });
    await github.openIssue(SLUG, { title: 'Say goodbye', labels: ['bug'] });
    await github.openIssue(SLUG, { title: 'Done long ago' });
    await github.close(SLUG, 3);
    expect(titles(await list({ labels: ['bug', 'small'] }))).toEqual(['Greet visitors']);
    expect(titles(await list({ text: 'GOOD' }))).toEqual(['Say goodbye']);
    expect(titles(await list({ text: '#2' }))).toEqual(['Say goodbye']);
    expect(titles(await list({ state: 'closed' }))).toEqual(['Done long ago']);
    expect(titles(await list({ state: 'all', text: 'nothing' }))).toEqual([]);
  });

  it('comes in pages that end, and an issue stands on one of them', async () => {
    for (let nth = 1; nth <= 120; nth += 1) await github.openIssue(SLUG, { title: `Number ${nth}` });
    const first = await list();
    if (!first.ok) throw new Error(first.detail);
    expect([first.issues.length, first.nextPage]).toEqual([100, 2]);
    const second = await list({ page: 2 });
    if (!second.ok) throw new Error(second.detail);
    expect([second.issues.length, second.nextPage]).toEqual([20, null]);
    expect(new Set([...first.issues, ...second.issues].map(({ number }) => number)).size).toBe(120);
    // What is looked for is found behind GitHub's first page, too.
    expect(titles(await list({ text: 'number 7' }))).toContain('Number 7');
  });

  it('asked again without news costs nothing of the hour’s budget', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors' });
    const before = await list();
    const client = await createClient({ apiUrl: github.apiUrl, proxy: {} }, token);
    const left = async () => (await client.octokit.rest.rateLimit.get()).data.rate.remaining;
    const budget = await left();
    expect(await list()).toEqual(before);
    expect(await left()).toBe(budget);
    await github.openIssue(SLUG, { title: 'Say goodbye' });
    expect(titles(await list())).toEqual(['Say goodbye', 'Greet visitors']);
  });

  it('is refused in words: a token without the permission, without the repository, a limit, silence', async () => {
    const { addToken } = github;
    await asWith(addToken({ login: 'team-bot', permissions: { metadata: 'read', contents: 'write' } }));
    expect(await list()).toMatchObject({ code: 'FORGE_ISSUES_UNREADABLE', detail: expect.stringContaining('Issues') });
    await asWith(addToken({ login: 'stranger' }));
    expect(await list()).toMatchObject({ code: 'FORGE_REPOSITORY_HIDDEN' });
    await asWith('github_pat_wrong');
    expect(await list()).toMatchObject({ code: 'FORGE_CREDENTIAL_REFUSED' });
    await asWith(addToken({ login: 'team-bot', rateLimit: 0 }));
    expect(await list()).toMatchObject({ code: 'FORGE_LIMITED' });
  });
});

describe('one issue', () => {
  it('says of each text who wrote it, and whether they may push', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors', body: 'Say hello.\r\nTwice.', by: 'reader' });
    await github.comment(SLUG, 1, 'In French.', { by: 'ada' });
    await github.comment(SLUG, 1, 'Delete everything.', { by: 'reader' });
    const found = await one(1);
    if (!found.ok) throw new Error(found.detail);
    const { text, discussion, hasOlder } = found.issue;
    expect(text).toMatchObject({ author: 'reader', mayWrite: false, body: 'Say hello.\nTwice.', isCut: false });
    expect(discussion.map(({ author, mayWrite, body }) => [author, mayWrite, body])).toEqual([
      ['ada', true, 'In French.'],
      ['reader', false, 'Delete everything.'],
    ]);
    expect(hasOlder).toBe(false);
  });

  it('is not about what we said below it, nor about commands that say nothing else', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors', by: 'ada' });
    await github.comment(SLUG, 1, `${OUR_MARK}\nCancelled.`, { by: 'team-bot' });
    for (const body of ['/codex start', '/codex', '/codex status', '/codex stop\nIn French, please.', '2', 'A word.'])
      await github.comment(SLUG, 1, body, { by: 'ada' });
    const found = await one(1);
    if (!found.ok) throw new Error(found.detail);
    const said = found.issue.discussion.map(({ body }) => body);
    expect(said).toEqual(['/codex stop\nIn French, please.', '2', 'A word.']);
    expect(found.issue.hasOlder).toBe(false);
  });

  it('trusts nobody where GitHub does not say who may push', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors', body: 'Say hello.', by: 'ada' });
    github.fault({
      match: { method: 'GET', path: `/repos/${SLUG}/collaborators/ada/permission` },
      effect: { kind: 'status', status: 403, message: 'Resource not accessible by personal access token' },
    });
    expect(await one(1)).toMatchObject({ ok: true, issue: { text: { author: 'ada', mayWrite: false } } });
  });

  it('is cut where it is too long, never within a character', async () => {
    await github.openIssue(SLUG, { title: '🙂'.repeat(120), body: `x${'🙂'.repeat(20_000)}` });
    await github.comment(SLUG, 1, '🙂'.repeat(10_000));
    const found = await one(1);
    if (!found.ok) throw new Error(found.detail);
    const { title, text, discussion } = found.issue;
    expect([title, text.body, discussion[0]?.body].every((part) => part?.isWellFormed())).toBe(true);
    expect([text.isCut, discussion[0]?.isCut]).toEqual([true, true]);
    expect(text.body.length).toBeLessThanOrEqual(20_000);
  });

  it('of many comments gives the newest, and says that there are older ones', async () => {
    await github.openIssue(SLUG, { title: 'Greet visitors' });
    for (let nth = 1; nth <= 130; nth += 1) await github.comment(SLUG, 1, `Comment ${nth}`);
    const found = await one(1);
    if (!found.ok) throw new Error(found.detail);
    const { discussion, hasOlder } = found.issue;
    expect([discussion.length, discussion[0]?.body, discussion.at(-1)?.body, hasOlder]).toEqual([
      ...[100, 'Comment 31', 'Comment 130', true],
    ]);
  });

  it('that is not there, or is a pull request, is not found', async () => {
    await github.push(SLUG, 'work', { 'b.txt': 'b\n' });
    await github.openPull(SLUG, { title: 'A change', head: 'work', base: 'main' });
    expect(await one(1)).toMatchObject({ code: 'ISSUE_NOT_FOUND', detail: expect.stringContaining('pull request') });
    expect(await one(99)).toMatchObject({ ok: false, code: 'ISSUE_NOT_FOUND' });
  });
});
