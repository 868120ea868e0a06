import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Relay, startRelay } from './relay.ts';

let folder: string;
let server: Server;
let relay: Relay;
let listener: RequestListener;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-relay-'));
  server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(join(folder, 'egress.sock'), resolve));
  relay = await startRelay(join(folder, 'egress.sock'));
});
afterEach(async () => {
  relay.close();
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${relay.url}${path}`, { ...init, headers: { authorization: `Bearer ${relay.token}`, 'x-a': '1' } });

test('passes method, path, headers and body on, keeps its token to itself, and streams the answer', async () => {
  const goOn = Promise.withResolvers<void>();
  listener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization = 'none' } = request.headers;
    response.write(`${request.method} ${request.url} ${body} ${request.headers['x-a']} ${authorization}`);
    await goOn.promise;
    response.end(' end');
  };
  const response = await call('/v1/messages?beta=true', { method: 'POST', body: 'x'.repeat(10) });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toBe('POST /v1/messages?beta=true xxxxxxxxxx 1 none');
  goOn.resolve();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' end');
});

test('lets nobody in without its token', async () => {
  listener = (_request, response) => response.end('in');
  for (const authorization of ['', 'Bearer x', `Bearer ${relay.token}x`, relay.token]) {
    const response = await fetch(`${relay.url}/v1/models`, { headers: { authorization } });
    expect([response.status, await response.json()]).toMatchObject([401, { type: 'error' }]);
  }
  expect((await fetch(relay.url, { method: 'HEAD' })).status).toBe(200);
});

test('ends the call behind it when the agent goes away, and says when egress is not there', async () => {
  const gone = Promise.withResolvers<void>();
  listener = (_request, response) => {
    response.once('close', gone.resolve);
    response.write('begin');
  };
  const controller = new AbortController();
  await call('/mcp', { signal: controller.signal });
  controller.abort();
  await gone.promise;
  server.close();
  server.closeAllConnections();
  await rm(join(folder, 'egress.sock'), { force: true });
  expect((await call('/v1/models')).status).toBe(502);
});
