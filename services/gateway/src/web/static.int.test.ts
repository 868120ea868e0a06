import { createServer } from 'node:http';
import { brotliCompressSync } from 'node:zlib';
import { freePort } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type BuiltWeb, buildWeb } from './built-web.fixture.ts';

const APP = `export const app = ${JSON.stringify('x'.repeat(5_000))};`;
const received: { headers: Record<string, unknown>; body: string }[] = [];

let gateway: TestGateway;
let web: BuiltWeb;
const github = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
});

beforeAll(async () => {
  web = await buildWeb({
    '/_app/immutable/app.abc123.js': APP,
    '/_app/immutable/app.abc123.js.br': brotliCompressSync(APP),
    '/favicon.svg': '<svg/>',
  });
  const port = await freePort();
  await new Promise<void>((resolve) => github.listen(port, '127.0.0.1', resolve));
  gateway = await startTestGateway({
    webDir: web.dir,
    publicUrl: new URL('https://codex.example'),
    githubSyncUrl: new URL(`http://127.0.0.1:${port}`),
    egressUrl: null,
    hostToken: null,
  });
});
afterAll(async () => {
  await gateway.stop();
  github.close();
  await web.remove();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(gateway.address + path, { headers });

it.each(['/', '/tasks/01jd', '/setup?token=x'])('%s is a page', async (path) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
});

describe('files', () => {
  it('whose names hold a hash are sent compressed ahead of time, to be kept for ever', async () => {
    const response = await get('/_app/immutable/app.abc123.js', { 'accept-encoding': 'br' });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(await response.text()).toBe(APP);
  });

  it.each([
    '/missing.js',
    '/api/nothing',
    '/..%2f..%2fetc/passwd.txt',
    '/%2e%2e/%2e%2e/etc/passwd.txt',
    '/%ff',
    '/.env',
  ])('%s is not there', async (path) => {
    const response = await get(path);
    expect([400, 403, 404]).toContain(response.status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

it('cookies of a server behind https can only come from it', async () => {
  const response = await fetch(`${gateway.address}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token: 'setup-token-of-a-test-0001',
      workspace: 'T',
      name: 'O',
      email: 'o@example.org',
      password: 'long enough 1',
    }),
  });
  const cookies = response.headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split('=', 1)[0])).toEqual([
    expect.stringMatching(/^__Host-codex_device_[0-9a-f]{12}$/),
    '__Host-codex_session',
  ]);
  for (const cookie of cookies) expect(cookie).toMatch(/; Secure/i);
});

it('webhooks reach their service byte for byte, without our cookies', async () => {
  const body = '{"zen":  "spaces and  \\u00e9 stay"}';
  const response = await fetch(`${gateway.address}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': 'sha256=abc',
      'x-github-event': 'ping',
      cookie: 'a=b',
    },
    body,
  });
  expect([response.status, await response.json()]).toEqual([202, { ok: true }]);
  expect(received[0]?.body).toBe(body);
  expect(received[0]?.headers).toMatchObject({ 'x-hub-signature-256': 'sha256=abc', 'x-github-event': 'ping' });
  expect(received[0]?.headers.cookie).toBeUndefined();
});

it('answers of some size are compressed', async () => {
  const response = await get('/api/openapi.json', { 'accept-encoding': 'br' });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(await response.json()).toMatchObject({ openapi: '3.1.0' });
});
