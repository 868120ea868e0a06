import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICY } from './access/policy.ts';
import { type Client, createClient, setUp } from './api-client.fixture.ts';
import { startTestGateway, type TestGateway } from './gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

const task = '"repositoryId":"00000000000000000000000000"';

describe('a body', () => {
  it.each([
    ['of 2 MB', `{"title":"${'a'.repeat(2_000_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['of depth 1000', `${'['.repeat(1000)}${']'.repeat(1000)}`, 400, 'TOO_DEEP'],
    ['with __proto__', `{"title":"x",${task},"__proto__":{}}`, 400, 'UNKNOWN_FIELD'],
    ['with a duplicate key', `{"title":"x","title":"y",${task}}`, 400, 'DUPLICATE_FIELD'],
    ['with NUL', `{"title":"x\\u0000",${task}}`, 400, 'INVALID_TEXT'],
    ['with a lone surrogate', `{"title":"\\ud800",${task}}`, 400, 'INVALID_TEXT'],
    ['with an unknown field', `{"title":"x",${task},"admin":true}`, 400, 'UNKNOWN_FIELD'],
    ['with a title nobody can see', `{"title":"\u200b\u2060\u3164",${task}}`, 400, 'INVALID_FIELD'],
    ['of a wrong type', `{"title":1,${task}}`, 400, 'INVALID_FIELD'],
    ['with an option as branch', `{"title":"x",${task},"baseBranch":"--upload-pack=sh"}`, 400, 'INVALID_FIELD'],
    ['with a branch of dots', `{"title":"x",${task},"baseBranch":"a..b"}`, 400, 'INVALID_FIELD'],
    ['that is no JSON', 'title=x', 400, 'MALFORMED_JSON'],
    ['that is empty', '', 400, 'INVALID_FIELD'],
  ])('%s is refused', async (_what, body, status, code) => {
    const answer = await owner.call('POST', '/api/tasks', body);
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('of another media type is refused', async () => {
    const answer = await owner.call('POST', '/api/tasks', 'a=1', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([answer.status, answer.problem.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });
});

describe('before anybody is known', () => {
  it.each(Object.keys(POLICY).filter((route) => /^POST \/api/.test(route) && POLICY[route] === 'public'))(
    '%s reads no more than it needs',
    async (route) => {
      const body = `{"email":"${'a'.repeat(20_000)}"}`;
      const answer = await createClient(gateway).call('POST', route.slice('POST '.length), body);
      expect([answer.status, answer.problem.code]).toEqual([413, 'BODY_TOO_LARGE']);
    },
  );

  it('a body for people who are logged in is not read at all', async () => {
    const answer = await createClient(gateway).call('POST', '/api/tasks', `{"title":"${'a'.repeat(3_000_000)}"}`);
    expect([answer.status, answer.problem.code]).toEqual([401, 'NOT_AUTHENTICATED']);
  });
});

describe('a git address', () => {
  it.each([
    'file:///etc/passwd',
    'ext::sh -c id',
    'https://user:pass@host/x',
    '-oProxyCommand=id',
    'http://host/x',
    'ssh://-o/x',
  ])('%s is refused', async (url) => {
    const answer = await owner.call('POST', '/api/repositories', { source: { kind: 'git', url } });
    expect([answer.status, answer.problem.code]).toEqual([400, 'INVALID_FIELD']);
    expect(answer.problem.errors[0]).toMatchObject({ field: 'body.source.url' });
  });
});

describe('an address', () => {
  it.each([
    ['GET', '/api/tasks?limit=100000', 400, 'INVALID_FIELD'],
    ['GET', '/api/tasks?limit=1e309', 400, 'INVALID_FIELD'],
    ['GET', '/api/tasks?min_position=-1', 400, 'INVALID_FIELD'],
    ['GET', '/api/tasks?nonsense=1', 400, 'UNKNOWN_FIELD'],
    ['GET', '/api/tasks/..%2f..%2fetc', 400, 'INVALID_FIELD'],
    ['GET', '/api/tasks/a%00b', 400, 'INVALID_TEXT'],
    ['GET', '/api/events?after=9007199254740993', 400, 'INVALID_FIELD'],
    ['GET', "/api/events?stream=task-'--", 400, 'INVALID_FIELD'],
    ['PUT', '/api/tasks', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/nothing', 404, 'NOT_FOUND'],
    ['GET', '/nothing', 404, 'NOT_FOUND'],
  ])('%s %s is answered clearly', async (method, path, status, code) => {
    const answer = await owner.call(method, path);
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
  });

  it('with 10 MB of headers, and bytes that are no HTTP, get an answer in the same shape', async () => {
    const { port } = new URL(gateway.address);
    const send = (text: string) =>
      new Promise<string>((resolve, reject) => {
        let received = '';
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          received += chunk;
        });
        socket.on('close', () => resolve(received));
        socket.on('error', (error) => (received === '' ? reject(error) : resolve(received)));
      });
    expect(await send(`GET / HTTP/1.1\r\nhost: x\r\nx-big: ${'a'.repeat(100_000)}\r\n\r\n`)).toContain(
      'HEADERS_TOO_LARGE',
    );
    expect(await send('hello\r\n\r\n')).toContain('MALFORMED_REQUEST');
  });

  it('with a search made to be slow is answered at once', async () => {
    const from = performance.now();
    const query = encodeURIComponent(`${'(a|'.repeat(60)}"'\\:*&!<->`);
    expect((await owner.call('GET', `/api/tasks?q=${query}`)).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(1_000);
    expect((await owner.call('GET', `/api/tasks?q=${'a'.repeat(300)}`)).status).toBe(400);
  });
});

describe('every answer', () => {
  it('carries headers that keep browsers safe, and is not stored', async () => {
    const { headers } = await createClient(gateway).call('GET', '/api/session');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('never shows a stack, a statement or a path', async () => {
    await gateway.admin.query('alter table read.task_row rename to task_row_gone');
    const answer = await owner.call('GET', '/api/attention');
    await gateway.admin.query('alter table read.task_row_gone rename to task_row');
    expect([answer.status, answer.problem.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(answer.body)).not.toMatch(/task_row|attention|select|\.ts|node_modules/i);
  });
});
