import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Relay, startRelay } from './relay.ts';

let folder: string;
let house: Server | null = null;
let relay: Relay;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-tool-call-'));
  relay = await startRelay(join(folder, 'egress.sock'));
});
afterEach(async () => {
  relay.close();
  await closeHouse();
  await rm(folder, { recursive: true, force: true });
});

async function openHouse(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  house = server;
  await new Promise<void>((resolve) => server.listen(join(folder, 'egress.sock'), resolve));
}

async function closeHouse(): Promise<void> {
  house?.closeAllConnections();
  await new Promise<void>((resolve) => (house === null ? resolve() : house.close(() => resolve())));
  house = null;
  await rm(join(folder, 'egress.sock'), { force: true });
}

const callTool = (body = '{"id":1}') =>
  fetch(`${relay.url}/mcp`, { method: 'POST', body, headers: { authorization: `Bearer ${relay.token}` } });

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const events = { 'content-type': 'text/event-stream' };

test('a call that waits for a person survives a restart of the house', async () => {
  const asked = Promise.withResolvers<void>();
  await openHouse((request, response) => {
    request.resume();
    response.writeHead(200, events).write('event: message\ndata: {"progress":1}\n\ndata: {"half');
    asked.resolve();
  });
  const answering = callTool();
  await asked.promise;
  const answer = await answering;
  await closeHouse();
  const bodies: string[] = [];
  await openHouse(async (request, response) => {
    bodies.push(await bodyOf(request));
    response.writeHead(200, events).end('data: {"result":2}\n\n');
  });
  expect(await answer.text()).toBe('event: message\ndata: {"progress":1}\n\ndata: {"result":2}\n\n');
  expect(bodies).toEqual(['{"id":1}']);
});

test('a house that is not there yet, or says that its tools are away, is asked again', async () => {
  const answering = callTool();
  let asked = 0;
  await openHouse((request, response) => {
    request.resume();
    asked += 1;
    if (asked === 1) response.writeHead(503).end('{}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  expect(await (await answering).json()).toEqual({ ok: true });
  expect(asked).toBe(2);
});

test('an answer cut off in one piece is not passed on by half', async () => {
  let asked = 0;
  await openHouse((request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '11' });
    if (asked > 1) response.end('{"ok":true}');
    else response.write('{"ok"', () => response.destroy());
  });
  expect(await (await callTool()).json()).toEqual({ ok: true });
});

test('a refusal is an answer, and a call that is too large is refused here', async () => {
  await openHouse((request, response) => {
    request.resume();
    response.writeHead(401).end('no');
  });
  expect((await callTool()).status).toBe(401);
  expect((await callTool('x'.repeat(4 * 1024 * 1024 + 1))).status).toBe(413);
});
