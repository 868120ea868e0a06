import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
let repo: string;
let count = 0;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
});
afterAll(() => fake.stop());
beforeEach(async () => {
  repo = `ada/app-${++count}`;
  await fake.addRepository(repo, { files: { 'a.txt': 'one\ntwo\nthree\n' } });
  await fake.push(repo, 'work', { 'a.txt': 'one\n2\nthree\nfour\n' });
  await fake.openPull(repo, { title: 'Work', head: 'work', base: 'main', by: 'bob' });
  for (const login of ['ada', 'bob']) fake.addCollaborator(repo, login, 'write');
});

/** What somebody is answered who asks. */
function asking(token: string) {
  const ask = client(fake, token);
  const url = fake.apiUrl.replace('/api/v3', '/api/graphql');
  return async (query: string, variables: object = {}) => (await ask(`POST ${url}`, { query, variables })).body;
}
const asAda = (query: string, variables?: object) => asking(fake.addToken({ login: 'ada' }))(query, variables);

const THREADS = `query ($owner: String!, $name: String!, $first: Int, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: 1) {
    reviewThreads(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id isResolved isOutdated path line startLine originalLine diffSide subjectType resolvedBy { login }
        comments(first: 10) { nodes { databaseId fullDatabaseId author { login } body url createdAt state originalCommit { oid } } }
      }
    } } } }`;
const place = () => ({ owner: 'ada', name: repo.split('/')[1], first: 10 });
const threads = async (query = asAda) =>
  (await query(THREADS, place())).data.repository.pullRequest.reviewThreads.nodes;
const settle = (mutation: string, threadId: string, query = asAda) =>
  query(
    `mutation ($threadId: ID!) { ${mutation}(input: { threadId: $threadId }) { thread { id isResolved resolvedBy { login } } } }`,
    { threadId },
  );

describe('review threads', () => {
  it('are comments on lines with their answers', async () => {
    const { id } = await fake.lineComment(repo, 1, { by: 'ada', path: 'a.txt', line: 2, body: 'Two?' });
    await fake.replyToComment(repo, 1, id, 'Two.', { by: 'bob' });
    const [thread, ...others] = await threads();
    expect(others).toEqual([]);
    expect(thread).toMatchObject({
      ...{ isResolved: false, isOutdated: false, path: 'a.txt', line: 2, originalLine: 2, diffSide: 'RIGHT' },
      ...{ subjectType: 'LINE', resolvedBy: null },
    });
    expect(thread.comments.nodes.map(({ author, body }: Said) => [author.login, body])).toEqual([
      ['ada', 'Two?'],
      ['bob', 'Two.'],
    ]);
    expect(thread.comments.nodes[0]).toMatchObject({ databaseId: id, fullDatabaseId: String(id), state: 'SUBMITTED' });
    expect(fake.violations).toEqual([]);
  });

  it('are resolved and opened again, each told once', async () => {
    const { id } = await fake.lineComment(repo, 1, { by: 'ada', path: 'a.txt', line: 2, body: 'Two?' });
    fake.addHook(repo, { url: 'http://127.0.0.1:9/', secret: 's', events: ['pull_request_review_thread'] });
    const [{ id: nodeId }] = await threads();
    const resolved = { data: { resolveReviewThread: { thread: { isResolved: true, resolvedBy: { login: 'ada' } } } } };
    expect(await settle('resolveReviewThread', nodeId)).toMatchObject(resolved);
    await settle('resolveReviewThread', nodeId);
    await fake.unresolveThread(repo, 1, id, { by: 'bob' });
    expect(await threads()).toMatchObject([{ isResolved: false, resolvedBy: null }]);
    const told = fake.webhooks.deliveries.filter(({ event }) => event === 'pull_request_review_thread');
    expect(told.map(({ action }) => action).slice(-2)).toEqual(['resolved', 'unresolved']);
    expect(fake.violations).toEqual([]);
  });

  it('are outdated once their line is another one', async () => {
    await fake.lineComment(repo, 1, { path: 'a.txt', line: 2, body: 'Two?' });
    await fake.lineComment(repo, 1, { path: 'a.txt', line: 4, body: 'Four?' });
    await fake.push(repo, 'work', { 'a.txt': 'one\nzwei\nthree\nfour\n' });
    expect(await threads()).toMatchObject([
      { isOutdated: true, line: null, originalLine: 2 },
      { isOutdated: false, line: 4 },
    ]);
  });

  it('of a review that was begun are its author’s alone', async () => {
    await fake.review(repo, 1, { by: 'ada', comments: [{ path: 'a.txt', line: 2, body: 'Hm' }] });
    expect(await threads(asking(fake.addToken({ login: 'bob' })))).toEqual([]);
    expect(await threads()).toMatchObject([{ comments: { nodes: [{ state: 'PENDING' }] } }]);
  });

  it('come in parts', async () => {
    for (const line of [1, 2, 3]) await fake.lineComment(repo, 1, { path: 'a.txt', line, body: `${line}` });
    const part = async (more: object) =>
      (await asAda(THREADS, { ...place(), first: 2, ...more })).data.repository.pullRequest.reviewThreads;
    const first = await part({});
    expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([2, true]);
    const second = await part({ after: first.pageInfo.endCursor });
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([1, false]);
    expect((await asAda(THREADS, { ...place(), first: 101 })).errors[0].type).toBe('EXCESSIVE_PAGINATION');
  });
});

interface Said {
  readonly author: { readonly login: string };
  readonly body: string;
}

describe('says no', () => {
  it('to who may not write there, and to tokens without both permissions', async () => {
    await fake.lineComment(repo, 1, { path: 'a.txt', line: 2, body: 'Two?' });
    const [{ id }] = await threads();
    const forbidden = { data: { resolveReviewThread: null }, errors: [{ type: 'FORBIDDEN' }] };
    expect(await settle('resolveReviewThread', id, asking(fake.addToken({ login: 'eve' })))).toMatchObject(forbidden);
    const only = (permissions: Record<string, 'read' | 'write'>) =>
      asking(fake.addToken({ login: 'ada', permissions }));
    const pulls = { pull_requests: 'write', contents: 'read' } as const;
    expect(await settle('resolveReviewThread', id, only(pulls))).toMatchObject(forbidden);
    expect((await settle('resolveReviewThread', id, only({ ...pulls, contents: 'write' }))).errors).toBeUndefined();
  });

  it('to what is not there', async () => {
    const nobody = { data: { repository: null }, errors: [{ type: 'NOT_FOUND', path: ['repository'] }] };
    expect(await asAda(THREADS, { owner: 'ada', name: 'none', first: 1 })).toMatchObject(nobody);
    expect((await settle('resolveReviewThread', 'nothing')).errors[0].type).toBe('NOT_FOUND');
  });

  it('to fields it does not play, by their names', async () => {
    const { errors } = await asAda('{ viewer { login company } }');
    expect(errors[0].message).toContain('User.company');
  });

  it('to who has no points left, apart from requests', async () => {
    const token = fake.addToken({ login: 'ada', rateLimit: 1 });
    const query = asking(token);
    expect((await query('{ viewer { login } }')).data).toEqual({ viewer: { login: 'ada' } });
    expect(await query('{ viewer { login } }')).toMatchObject({ message: 'API rate limit exceeded' });
    expect((await client(fake, token)('GET /user')).status).toBe(200);
  });
});

it('counts what does not fit GitHub’s schema', async () => {
  const odd = await startFakeGithub({ plainApi: true });
  const ask = client(odd, odd.addToken({ login: 'ada' }));
  const post = (query: string, variables: object = {}) =>
    ask(`POST ${odd.apiUrl.replace('/api/v3', '/api/graphql')}`, { query, variables });
  await post('{ viewer { name_of_it } }');
  await post('{ viewer {');
  await post('query ($n: Int!) { repository(owner: "a", name: "b") { pullRequest(number: $n) { id } } }', { n: 'one' });
  expect(odd.violations.map(({ operation, message }) => [operation, message.slice(0, 24)])).toEqual([
    ['graphql', 'Cannot query field "name'],
    ['graphql', 'Syntax Error: Expected N'],
    ['graphql', 'Variable "$n" got invali'],
  ]);
  await odd.stop();
});
