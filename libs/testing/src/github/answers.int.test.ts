import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
let ask: ReturnType<typeof client>;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  await fake.addRepository('ada/app');
  for (const title of ['1', '2', '3', '4', '5']) await fake.openIssue('ada/app', { title });
  ask = client(fake, fake.addToken({ login: 'ada' }));
});
afterAll(() => fake.stop());

const ISSUES = 'GET /repos/ada/app/issues';

it('leads from page to page', async () => {
  const seen: string[] = [];
  let next: string | undefined = `${ISSUES}?per_page=2&direction=asc`;
  for (let pages = 0; next !== undefined && pages < 9; pages += 1) {
    const { body, headers } = await ask(next);
    seen.push(body.map(({ title }: { title: string }) => title).join());
    const link = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    next = link === undefined ? undefined : `GET ${link}`;
  }
  expect(seen).toEqual(['1,2', '3,4', '5']);
});

it('answers 304 to who has it already, which costs nothing of the limit', async () => {
  const first = await ask(ISSUES);
  const etag = first.headers.get('etag') ?? '';
  const before = fake.requests.notModified;
  const second = await ask(ISSUES, undefined, { 'if-none-match': etag });
  expect([second.status, second.body]).toEqual([304, '']);
  expect(second.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
  expect(fake.requests.notModified).toBe(before + 1);
  await fake.comment('ada/app', 1, 'New');
  expect((await ask(ISSUES, undefined, { 'if-none-match': etag })).status).toBe(200);
});

it('finds what changed since', async () => {
  const numbers = async (since: string) =>
    (await ask(`${ISSUES}?state=all&since=${since}`)).body.map(({ number }: { number: number }) => number);
  const { updated_at } = (await ask('GET /repos/ada/app/issues/1')).body;
  expect(await numbers(updated_at)).toContain(1);
  expect(await numbers('2100-01-01T00:00:00Z')).toEqual([]);
});

it('stops at the limit of a token and says when it ends', async () => {
  const limited = client(fake, fake.addToken({ login: 'ada', rateLimit: 2 }));
  expect((await limited('GET /user')).headers.get('x-ratelimit-remaining')).toBe('1');
  expect((await limited('GET /rate_limit')).body.rate).toMatchObject({ limit: 2, used: 1, remaining: 1 });
  expect((await limited('GET /user')).status).toBe(200);
  const { status, headers } = await limited('GET /user');
  expect([status, headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  expect(Number(headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
});

it('counts requests by operation', async () => {
  fake.requests.reset();
  await ask(ISSUES);
  await ask('GET /repos/ada/app');
  await ask('GET /repos/ada/app');
  expect(fake.requests.of('repos/get')).toBe(2);
  expect(fake.requests.of('issues/list-for-repo')).toBe(1);
  expect(fake.requests.total).toBe(3);
});

it.each([
  ['what is not there', 'GET /nowhere', undefined, 404, 'Not Found'],
  ['a body with the wrong fields', 'POST /repos/ada/app/issues', { body: 'No title' }, 422, 'Invalid request.'],
])('says no to %s', async (_, asked, body, status, message) => {
  const answer = await ask(asked, body);
  expect(answer).toMatchObject({ status, body: { status: String(status), documentation_url: /^https:/ } });
  expect(answer.body.message).toContain(message);
});

it('says no to a body that is no JSON, and to one of GraphQL without a query', async () => {
  const authorization = `Bearer ${fake.addToken({ login: 'ada' })}`;
  const post = (url: string) => fetch(url, { method: 'POST', body: '{', headers: { authorization } });
  expect((await post(`${fake.apiUrl}/repos/ada/app/issues`)).status).toBe(400);
  const graphql = fake.apiUrl.replace('/api/v3', '/api/graphql');
  expect((await fetch(graphql, { method: 'POST', body: '{}', headers: { authorization } })).status).toBe(400);
});

describe('on demand', () => {
  const path = '/repos/ada/app/issues';

  it('fails as often as asked, where asked', async () => {
    fake.fault({ match: { operation: 'issues/create' }, times: 2, effect: { kind: 'status', status: 502 } });
    const create = () => ask(`POST ${path}`, { title: 'Again' });
    expect((await ask(`GET ${path}`)).status).toBe(200);
    expect([(await create()).status, (await create()).status, (await create()).status]).toEqual([502, 502, 201]);
  });

  it('says that it is asked too often, in both of its ways', async () => {
    fake.fault({ match: { path }, effect: { kind: 'secondary-limit', retryAfterSeconds: 7 } });
    fake.fault({ match: { path: /issues$/ }, effect: { kind: 'primary-limit', resetInSeconds: 60 } });
    const [second, first] = [await ask(`GET ${path}`), await ask(`GET ${path}`)];
    expect([second.status, second.headers.get('retry-after')]).toEqual([403, '7']);
    expect([first.status, first.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    expect((await ask(`GET ${path}`)).status).toBe(200);
  });

  it('cuts the connection before anything is done, or after everything', async () => {
    const count = async () => (await ask(`GET ${path}?state=all`)).body.length;
    const before = await count();
    fake.fault({ match: { method: 'POST', path }, effect: { kind: 'hang-up' } });
    await expect(ask(`POST ${path}`, { title: 'Never' })).rejects.toThrow();
    expect(await count()).toBe(before);
    fake.fault({ match: { method: 'POST', path }, effect: { kind: 'lose-answer' } });
    await expect(ask(`POST ${path}`, { title: 'Unheard' })).rejects.toThrow();
    expect(await count()).toBe(before + 1);
  });

  it('takes its time', async () => {
    fake.fault({ match: { path }, effect: { kind: 'delay', ms: 300 } });
    const start = performance.now();
    await ask(`GET ${path}`);
    expect(performance.now() - start).toBeGreaterThanOrEqual(295);
  });

  it('forgets what was asked for', async () => {
    fake.fault({ times: 9, effect: { kind: 'status', status: 500 } });
    fake.clearFaults();
    expect((await ask(`GET ${path}`)).status).toBe(200);
  });
});

it('answers nothing that its description does not know', () => {
  expect(fake.violations.filter(({ where }) => where !== 'request')).toEqual([]);
});
