import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import { createLogger } from '@claude-codex/service-kit/log';
import { waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addHostEgressRoutes } from './egress-routes.ts';

const TOKEN = 'token-of-a-further-host';
const authorization = `Bearer ${TOKEN}`;

let egress: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: IncomingMessage[];
let http: ReturnType<typeof createHttpServer>;
let address: string;
beforeEach(async () => {
  asked = [];
  egress = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  egress.listen(0, '127.0.0.1');
  await once(egress, 'listening');
  await open(new URL(`http://127.0.0.1:${(egress.address() as AddressInfo).port}`));
});
afterEach(async () => {
  await http.close();
  egress.closeAllConnections();
  egress.close();
});

async function open(egressUrl: URL | null): Promise<void> {
  http = createHttpServer({ log: createLogger({ service: 'test', level: 'fatal' }) });
  await addHostEgressRoutes(http, { egressUrl, hostToken: TOKEN });
  address = await http.listen({ port: 0, host: '127.0.0.1' });
}

it('passes a call and its stream on as they come, without what is nobody’s business', async () => {
  answer = async (request, response) => {
    const body = await text(request);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-of-provider': 'yes' });
    response.write(`data: ${body}\n\n`);
    // The rest only when the first piece has arrived.
    await once(egress, 'go-on');
    response.end('data: end\n\n');
  };
  const headers = { authorization, cookie: 'session=1', 'anthropic-beta': 'b', 'x-codex-door': 'd', 'x-other': 'o' };
  const got = await fetch(`${address}/hosts/model/v1/messages?beta=true`, { method: 'POST', headers, body: 'hello' });
  const reader = got.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe('data: hello\n\n');
  egress.emit('go-on');
  expect((await reader?.read())?.value).toBe('data: end\n\n');
  expect([got.status, got.headers.get('x-of-provider')]).toEqual([200, 'yes']);
  expect(asked[0]?.url).toBe('/hosts/model/v1/messages?beta=true');
  expect(asked[0]?.headers).toMatchObject({ authorization, 'anthropic-beta': 'b', 'x-codex-door': 'd' });
  expect(asked[0]?.headers).not.toHaveProperty('cookie');
  expect(asked[0]?.headers).not.toHaveProperty('x-other');
});

it('whoever hangs up ends the call behind it', async () => {
  answer = (_request, response) => void response.writeHead(200).write('waiting');
  const stop = new AbortController();
  const got = await fetch(`${address}/hosts/mcp`, { method: 'POST', headers: { authorization }, signal: stop.signal });
  expect(got.status).toBe(200);
  stop.abort();
  await waitFor('the end', async () => asked[0]?.socket.destroyed === true);
});

it('says in a provider’s words that the egress is away', async () => {
  egress.close();
  const got = await fetch(`${address}/hosts/model/v1/messages`, {
    method: 'POST',
    headers: { authorization },
    body: '{}',
  });
  expect([got.status, await got.json()]).toEqual([
    502,
    { type: 'error', error: { type: 'api_error', message: expect.stringContaining('does not answer') } },
  ]);
});

it('lets nobody in without the token, nobody where no egress is named, and to nothing else', async () => {
  answer = (_request, response) => void response.end('reached');
  for (const path of ['/hosts/mcp', '/hosts/model/v1/messages']) {
    expect((await fetch(`${address}${path}`, { method: 'POST', body: '{}' })).status).toBe(401);
  }
  const headers = { authorization };
  expect((await fetch(`${address}/hosts/other`, { headers })).status).toBe(404);
  expect((await fetch(`${address}/hosts/mcp`, { headers })).status).toBe(405);
  await http.close();
  await open(null);
  expect((await fetch(`${address}/hosts/mcp`, { method: 'POST', headers })).status).toBe(404);
  expect(asked).toEqual([]);
});

/** The path as it stands: fetch would tidy it up. */
async function statusOf(path: string): Promise<number> {
  const [response] = (await once(get(address, { path, headers: { authorization } }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

it('leads to the egress and to what it opens to hosts, however the path is written', async () => {
  answer = (_request, response) => void response.end('reached');
  const reached: string[] = [];
  const another = createServer((request, response) => {
    reached.push(request.url ?? '');
    response.end();
  }).listen(0, '127.0.0.1');
  await once(another, 'listening');
  const { port } = another.address() as AddressInfo;
  try {
    for (const path of ['/hosts/model', '/hosts/model/v1/messages']) {
      expect(await statusOf(`http://127.0.0.1:${port}${path}`)).toBe(404);
    }
    expect(reached).toEqual([]);
    // As it came: the egress opens paths by name.
    await statusOf('/hosts/model/%2e%2e/%2e%2e/metrics');
    expect(asked.map(({ url }) => url)).toEqual(['/hosts/model/%2e%2e/%2e%2e/metrics']);
  } finally {
    another.close();
  }
});
