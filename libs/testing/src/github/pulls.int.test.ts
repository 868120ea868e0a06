import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';
import { git } from './git/git.ts';

let fake: FakeGithub;
let ask: ReturnType<typeof client>;
let repo: string;
let directory: string;
let count = 0;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  ask = client(fake, fake.addToken({ login: 'ada' }));
});
afterAll(() => fake.stop());
beforeEach(async () => {
  repo = `ada/app-${++count}`;
  directory = (await fake.addRepository(repo, { files: { 'a.txt': 'one\ntwo\nthree\n' } })).directory;
});

const open = (head: string, more = {}) =>
  ask(`POST /repos/${repo}/pulls`, { title: 'A title', head, base: 'main', ...more });
const merge = (number: number, body = {}) => ask(`PUT /repos/${repo}/pulls/${number}/merge`, body);

describe('opening a pull request', () => {
  it('answers with what is to be merged and does not know yet whether it can be', async () => {
    const sha = await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    const { status, body } = await open('work', { body: 'Words' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      number: 1,
      state: 'open',
      mergeable: null,
      mergeable_state: 'unknown',
      merged: false,
    });
    expect(body).toMatchObject({ commits: 1, additions: 1, deletions: 0, changed_files: 1, body: 'Words' });
    expect(body.head).toMatchObject({ ref: 'work', sha, label: 'ada:work' });
    expect(body.base.repo.clone_url).toBe(fake.cloneUrl(repo));
  });

  it.each([
    ['the same head twice', 'work', 'main', { code: 'custom', message: 'A pull request already exists for ada:work.' }],
    ['no such head', 'nowhere', 'main', { code: 'invalid', field: 'head' }],
    ['no such base', 'work', 'nowhere', { code: 'invalid', field: 'base' }],
    ['nothing new', 'same', 'main', { code: 'custom', message: 'No commits between main and same' }],
  ])('is refused: %s', async (_, head, base, error) => {
    await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await git(directory, ['branch', 'same', 'main']);
    await open('work');
    const { status, body } = await open(head, { base });
    expect(status).toBe(422);
    expect(body).toMatchObject({ message: 'Validation Failed', errors: [error] });
  });
});

it('finds a pull request by head and base', async () => {
  await fake.push(repo, 'one', { 'b.txt': '1\n' });
  await fake.push(repo, 'two', { 'c.txt': '2\n' });
  await open('one');
  await open('two');
  const numbers = async (query: string) =>
    (await ask(`GET /repos/${repo}/pulls?${query}`)).body.map(({ number }: { number: number }) => number);
  expect(await numbers('')).toEqual([2, 1]);
  expect(await numbers('head=ada:one')).toEqual([1]);
  expect(await numbers('head=ada:one&base=other')).toEqual([]);
  await fake.close(repo, 1);
  expect(await numbers('')).toEqual([2]);
  expect(await numbers('state=closed')).toEqual([1]);
});

it('shows files and commits', async () => {
  await fake.push(repo, 'work', { 'a.txt': 'one\n2\nthree\n', 'dir/new file.txt': 'new\n' }, { message: 'Change' });
  await open('work');
  const files = (await ask(`GET /repos/${repo}/pulls/1/files`)).body;
  expect(files).toMatchObject([
    { filename: 'a.txt', status: 'modified', additions: 1, deletions: 1 },
    { filename: 'dir/new file.txt', status: 'added', patch: '@@ -0,0 +1 @@\n+new' },
  ]);
  const commits = (await ask(`GET /repos/${repo}/pulls/1/commits`)).body;
  expect(commits).toMatchObject([{ commit: { message: 'Change' }, author: { login: 'ada' } }]);
});

it('changes title, body and state', async () => {
  await fake.push(repo, 'work', { 'b.txt': 'new\n' });
  await open('work');
  const change = (body: object) => ask(`PATCH /repos/${repo}/pulls/1`, body);
  expect((await change({ title: 'Other', body: 'More' })).body).toMatchObject({ title: 'Other', body: 'More' });
  expect((await change({ state: 'closed' })).body).toMatchObject({ state: 'closed', merged: false });
  expect((await change({ state: 'open' })).body).toMatchObject({ state: 'open', closed_at: null });
  await fake.deleteBranch(repo, 'work');
  expect((await ask(`GET /repos/${repo}/pulls/1`)).body.state).toBe('closed');
  expect((await change({ state: 'open' })).status).toBe(422);
});

describe('merging', () => {
  it.each([
    ['merge', 2, 'Merge pull request #1 from ada/work\n\nA title'],
    ['squash', 1, 'A title (#1)\n\n* first\n\n* second'],
    ['rebase', 1, 'second'],
  ])('%s makes its commit and moves the base', async (merge_method, parents, message) => {
    await fake.push(repo, 'work', { 'b.txt': 'new\n' }, { message: 'first' });
    await fake.push(repo, 'work', { 'c.txt': 'new\n' }, { message: 'second' });
    await fake.push(repo, 'main', { 'd.txt': 'meanwhile\n' });
    await open('work');
    const { status, body } = await merge(1, { merge_method });
    expect([status, body.merged]).toEqual([200, true]);
    expect(await fake.headOf(repo, 'main')).toBe(body.sha);
    expect(await git(directory, ['log', '-1', '--format=%B', 'main'])).toBe(message);
    expect((await git(directory, ['log', '-1', '--format=%P', 'main'])).split(' ')).toHaveLength(parents);
    expect(await git(directory, ['ls-tree', '--name-only', 'main'])).toBe('a.txt\nb.txt\nc.txt\nd.txt');
    const shown = (await ask(`GET /repos/${repo}/pulls/1`)).body;
    expect(shown).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: body.sha,
      merged_by: { login: 'ada' },
    });
    expect((await merge(1)).status).toBe(405);
  });

  it('asks for the head that was meant', async () => {
    const sha = await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await open('work');
    await fake.push(repo, 'work', { 'b.txt': 'newer\n' });
    expect(await merge(1, { sha })).toMatchObject({ status: 409, body: { message: /Head branch was modified/ } });
  });

  it('is refused when both sides changed the same lines', async () => {
    await fake.push(repo, 'work', { 'a.txt': 'mine\n' });
    await fake.push(repo, 'main', { 'a.txt': 'theirs\n' });
    await open('work');
    expect((await ask(`GET /repos/${repo}/pulls/1`)).body).toMatchObject({
      mergeable: false,
      mergeable_state: 'dirty',
    });
    for (const merge_method of ['merge', 'squash', 'rebase'])
      expect((await merge(1, { merge_method })).status).toBe(405);
    expect((await ask(`PUT /repos/${repo}/pulls/1/update-branch`, {})).status).toBe(422);
  });

  it('is refused by a method the repository does not allow', async () => {
    await fake.addRepository(`${repo}-squash`, { mergeMethods: ['squash'] });
    repo = `${repo}-squash`;
    await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await open('work');
    expect(await merge(1)).toMatchObject({ status: 405, body: { message: /not allowed on this repository/ } });
  });

  it('waits for a branch that has to contain its base', async () => {
    fake.protect(repo, 'main', { strict: true });
    await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await open('work');
    await fake.push(repo, 'main', { 'c.txt': 'meanwhile\n' });
    expect((await ask(`GET /repos/${repo}/pulls/1`)).body.mergeable_state).toBe('behind');
    expect(await merge(1)).toMatchObject({ status: 405, body: { message: /out of date/ } });
    expect((await ask(`PUT /repos/${repo}/pulls/1/update-branch`, {})).status).toBe(202);
    expect((await merge(1)).status).toBe(200);
  });

  it('closes the issues that its words close, and no other', async () => {
    for (const title of ['One', 'Two', 'Three', 'Four']) await fake.openIssue(repo, { title });
    await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await open('work', { body: `Closes #1, see #2, discloses #3, fixes ${repo}#4 and resolves other/app#2` });
    await merge(5);
    expect([1, 2, 3, 4].map((number) => fake.issue(repo, number).state.name)).toEqual([
      ...['closed', 'open', 'open', 'closed'],
    ]);
  });

  it('waits for required checks', async () => {
    fake.requireChecks(repo, 'main', ['ci']);
    await fake.push(repo, 'work', { 'b.txt': 'new\n' });
    await open('work');
    expect((await ask(`GET /repos/${repo}/pulls/1`)).body).toMatchObject({
      mergeable: true,
      mergeable_state: 'blocked',
    });
    expect(await merge(1)).toMatchObject({
      status: 405,
      body: { message: 'Required status check "ci" is expected.' },
    });
  });
});

it('brings the base into the branch', async () => {
  const sha = await fake.push(repo, 'work', { 'b.txt': 'new\n' });
  await open('work');
  const update = (body: object) => ask(`PUT /repos/${repo}/pulls/1/update-branch`, body);
  expect((await update({})).status).toBe(422);
  await fake.push(repo, 'main', { 'c.txt': 'meanwhile\n' });
  expect((await update({ expected_head_sha: '0'.repeat(40) })).status).toBe(422);
  expect((await update({ expected_head_sha: sha })).status).toBe(202);
  expect(await git(directory, ['ls-tree', '--name-only', 'work'])).toBe('a.txt\nb.txt\nc.txt');
  const { body } = await ask(`GET /repos/${repo}/pulls/1`);
  expect(body.head.sha).toBe(await fake.headOf(repo, 'work'));
  expect(body).toMatchObject({ mergeable: true, mergeable_state: 'clean', commits: 2 });
});

it('a pull request whose commits arrive in the base by a push is merged', async () => {
  const sha = await fake.push(repo, 'work', { 'b.txt': 'new\n' });
  await open('work');
  await fake.push(repo, 'main', { 'c.txt': 'more\n' }, { merging: 'work' });
  const { body } = await ask(`GET /repos/${repo}/pulls/1`);
  expect(body).toMatchObject({ state: 'closed', merged: true, head: { sha } });
});
