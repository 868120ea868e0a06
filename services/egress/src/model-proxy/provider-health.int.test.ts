import { once } from 'node:events';
import { createServer } from 'node:http';
import { freePort } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { providerHealth } from './provider-health.ts';
import { createUpstream } from './upstream.ts';

const ask = (port: number) => providerHealth('Model', createUpstream(`http://127.0.0.1:${port}`));

it.each([
  [200, true],
  [404, true],
  [503, false],
])('a provider that answers %i is well: %s', async (status, ok) => {
  const headers: unknown[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers['x-api-key'], request.headers.authorization);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  expect((await ask(address.port)).ok).toBe(ok);
  expect(headers).toEqual([undefined, undefined]);
  server.close();
});

it('a provider that is not there says so, without its address', async () => {
  expect(await ask(await freePort())).toEqual({ ok: false, detail: 'Model cannot be reached' });
});
