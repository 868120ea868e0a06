import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@claude-codex/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../src/api.ts';
import { OWNER, type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

const NOBODY = '01jd0000000000000000000000';
const JSON_TYPE = { 'content-type': 'application/json' };

let server: StandaloneServer;
let person: Person;
let repositoryId: string;
let folder: string;

interface Input {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Default: with the owner's token. */
  readonly stranger?: boolean;
}
interface Expected {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
}

beforeAll(async () => {
  server = await startStandalone();
  folder = await mkdtemp(join(tmpdir(), 'claude-codex-no-repository-'));
});
afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

it('a wrong set-up token, and a form with wrong fields', async () => {
  const form = { ...OWNER, token: SETUP_TOKEN };
  const post = (body: object): Input => ({ method: 'POST', path: '/api/setup', body, stranger: true });
  await refused(post({ ...form, token: 'something else altogether' }), { status: 401, code: 'SETUP_TOKEN_WRONG' });
  await refused(post({ ...form, password: 'short' }), { status: 400, code: 'INVALID_FIELD', field: 'body.password' });
  await refused(post({ ...form, email: 'nobody' }), { status: 400, code: 'INVALID_FIELD', field: 'body.email' });
  await refused(post({ ...form, admin: true }), { status: 400, code: 'UNKNOWN_FIELD', field: 'body.admin' });

  person = await setUpOwner(server.url, SETUP_TOKEN);
  repositoryId = (await person.connectSample()).id;
  await refused(post({ ...form, email: 'eve@example.org' }), { status: 409, code: 'ALREADY_SET_UP' });
});

it('a wrong log-in says the same for a wrong person and a wrong password', async () => {
  const logIn = (email: string, password: string): Input => ({
    method: 'POST',
    path: '/api/login',
    body: { email, password },
    stranger: true,
  });
  const expected = { status: 401, code: 'CREDENTIALS_WRONG' };
  const person = await refused(logIn('nobody@example.org', OWNER.password), expected);
  const password = await refused(logIn(OWNER.email, 'wrong horse battery'), expected);
  expect(person.detail).toBe(password.detail);
});

it('nobody gets anything without a session or with a forged one', async () => {
  for (const path of ['/api/tasks', '/api/board', '/api/stream', '/api/repositories', `/api/tasks/${NOBODY}`]) {
    await refused({ method: 'GET', path, stranger: true }, { status: 401, code: 'NOT_AUTHENTICATED' });
    const forged = { authorization: 'Bearer cct_forged', cookie: 'codex_session=forged' };
    const problem = await refused({ method: 'GET', path, headers: forged, stranger: true }, { status: 401, code: '' });
    expect(['NOT_AUTHENTICATED', 'TOKEN_INVALID']).toContain(problem.code);
  }
});

it('a repository that is not there, is none, or is no path', async () => {
  const connect = (source: object): Input => ({ method: 'POST', path: '/api/repositories', body: { source } });
  for (const [path, status, code] of [
    ['/nowhere/at/all', 400, 'PATH_NOT_FOUND'],
    [folder, 422, 'NOT_A_REPOSITORY'],
    ['/etc/passwd', 400, 'PATH_NOT_A_DIRECTORY'],
    // As the system reads it: /etc.
    ['/tmp/../etc', 422, 'NOT_A_REPOSITORY'],
  ] as const) {
    await refused(connect({ kind: 'path', path }), { status, code, field: 'body.source.path' });
  }
  const shape = { status: 400, code: '', field: 'body.source.path' };
  await refused(connect({ kind: 'path', path: 'relative/path' }), shape);
  await refused(connect({ kind: 'path', path: '/tmp/\u0000x' }), { status: 400, code: '' });
  await refused(connect({ kind: 'git', url: 'ext::sh -c id' }), { status: 400, code: '', field: 'body.source.url' });
  await refused(connect({ kind: 'git', url: 'file:///etc' }), { status: 400, code: '', field: 'body.source.url' });
  await refused(connect({ kind: 'floppy' }), { status: 400, code: 'INVALID_FIELD', field: 'body.source.kind' });
});

it('a branch that is an option of git, or is none', async () => {
  for (const baseBranch of [
    '--upload-pack=touch /tmp/owned',
    '-x',
    'a..b',
    'a b',
    'refs/heads/../x',
    'x.lock',
    '@{-1}',
  ]) {
    const problem = await refused(task({ baseBranch }), { status: 400, code: '', field: 'body.baseBranch' });
    expect(['INVALID_FIELD', 'INVALID_BRANCH']).toContain(problem.code);
  }
});

it('a body that is too large, broken, of another type, or missing', async () => {
  const path = '/api/tasks';
  const large = JSON.stringify({ title: 'x', repositoryId, description: 'y'.repeat(2 * 1024 * 1024) });
  await refused({ method: 'POST', path, body: large }, { status: 413, code: 'BODY_TOO_LARGE' });
  await refused({ method: 'POST', path, body: '{"title": "x",' }, { status: 400, code: 'MALFORMED_JSON' });
  await refused({ method: 'POST', path, body: '[1, 2]' }, { status: 400, code: 'INVALID_FIELD', field: 'body' });
  const headers = { 'content-type': 'application/xml' };
  await refused({ method: 'POST', path, body: '<task/>', headers }, { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  await refused({ method: 'POST', path, headers: {} }, { status: 400, code: '' });
});

it('fields that are unknown, wrong, or meant for the language and not for us', async () => {
  await refused(task({ colour: 'red' }), { status: 400, code: 'UNKNOWN_FIELD', field: 'body.colour' });
  await refused(task({ title: '' }), { status: 400, code: 'INVALID_FIELD', field: 'body.title' });
  await refused(task({ title: 7 }), { status: 400, code: 'INVALID_FIELD', field: 'body.title' });
  await refused(task({ priority: 'now' }), { status: 400, code: 'INVALID_FIELD', field: 'body.priority' });
  await refused(task({ workflow: 'no-such' }), { status: 404, code: 'WORKFLOW_NOT_FOUND' });
  const proto = `{"title":"x","repositoryId":"${repositoryId}","__proto__":{"admin":true}}`;
  await refused({ method: 'POST', path: '/api/tasks', body: proto }, { status: 400, code: '' });
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
  await refused(
    { method: 'GET', path: '/api/tasks?limit=1e9' },
    { status: 400, code: 'INVALID_FIELD', field: 'querystring.limit' },
  );
});

it('ids of nothing, of another workspace, and that are no ids', async () => {
  const unknown: [method: string, path: string, code: string, body?: object][] = [
    ['GET', `/api/tasks/${NOBODY}`, 'TASK_NOT_FOUND'],
    ['GET', `/api/tasks/${NOBODY}/stream`, 'TASK_NOT_FOUND'],
    ['POST', `/api/tasks/${NOBODY}/cancel`, 'TASK_NOT_FOUND', {}],
    ['POST', `/api/questions/${NOBODY}/answer`, 'QUESTION_NOT_FOUND', { text: 'x' }],
    ['PATCH', `/api/reviews/${NOBODY}/approve`, 'REVIEW_NOT_FOUND', {}],
    ['POST', `/api/dependencies/${NOBODY}/decline`, 'DEPENDENCY_NOT_FOUND', {}],
    ['GET', `/api/instances/${NOBODY}`, 'INSTANCE_NOT_FOUND'],
    ['POST', `/api/pull-requests/${NOBODY}/merge`, 'PULL_REQUEST_NOT_FOUND', {}],
  ];
  for (const [method, path, code, body] of unknown) await refused({ method, path, body }, { status: 404, code });
  await refused(task({ repositoryId: NOBODY }), { status: 404, code: 'REPOSITORY_NOT_FOUND' });
  const noId = { status: 400, code: 'INVALID_FIELD', field: 'path.id' };
  await refused({ method: 'GET', path: '/api/tasks/1%20or%201=1' }, noId);
  await refused({ method: 'GET', path: '/api/tasks/..%2f..%2fetc%2fpasswd' }, noId);
});

it('a place in the stream that never was', async () => {
  for (const id of ['x', '-1', '1-', "1'; drop table es.event", '9'.repeat(40)]) {
    await refused(
      { method: 'GET', path: '/api/stream', headers: { 'last-event-id': id } },
      { status: 400, code: 'STREAM_ID_INVALID' },
    );
  }
});

it('addresses and methods that are not there', async () => {
  await refused({ method: 'GET', path: '/api/nothing' }, { status: 404, code: 'NOT_FOUND' });
  await refused({ method: 'PUT', path: '/api/tasks', body: {} }, { status: 405, code: 'METHOD_NOT_ALLOWED' });
  await refused({ method: 'GET', path: '/api/%ff' }, { status: 400, code: '' });
});

it('after all of it the server is well, and nothing of it was done', async () => {
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const { tasks } = await person.api.get<{ tasks: unknown[] }>('/api/tasks');
  expect(tasks).toEqual([]);
});

function task(fields: object): Input {
  return { method: 'POST', path: '/api/tasks', body: { title: 'x', repositoryId, ...fields } };
}

/** Sends it and checks that the answer is a problem a person can act on; an empty code leaves it open. */
async function refused(input: Input, { status, code, field }: Expected): Promise<Problem> {
  const what = `${input.method} ${input.path.slice(0, 80)} ${JSON.stringify(input.body)?.slice(0, 120)}`;
  const api = createApi(server.url, input.stranger === true ? null : person.api.token);
  const { body } = input;
  const answer = await api.raw(input.method, input.path, {
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: input.headers ?? (body === undefined ? {} : JSON_TYPE),
  });
  const text = await answer.text();
  expect([what, answer.status], text).toEqual([what, status]);
  expect(answer.headers.get('content-type'), what).toContain('application/problem+json');
  const problem = JSON.parse(text) as Problem;
  if (code !== '') expect([what, problem.code]).toEqual([what, code]);
  expect(problem, what).toMatchObject({
    status,
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
  });
  expect(problem.requestId, what).toMatch(/\S/);
  if (field !== undefined) {
    const named = problem.errors.find((error) => error.field === field);
    expect(named?.expected, `${what}: ${text}`).toMatch(/\S/);
  }
  expect(text, what).not.toMatch(
    /node_modules|\.ts\b|\bat \w+ \(|\bselect\b|\binsert into\b|relation "|ENOENT|\/work\//i,
  );
  return problem;
}
