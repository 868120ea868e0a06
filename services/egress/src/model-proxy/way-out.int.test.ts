import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { promisify } from 'node:util';
import { freePort } from '@claude-codex/testing';
import { type Certificate, selfSigned } from '@claude-codex/testing/certificate';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
let certificate: Certificate;
const stops: (() => unknown)[] = [];
beforeAll(() => {
  certificate = selfSigned();
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A provider with a certificate of a company's own authority. */
async function company() {
  const asked: string[] = [];
  const server = createHttpsServer(certificate, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"answered":true}');
  });
  return { port: await portOf(server), asked };
}

/** A proxy that leads every name to this machine, as nothing but a proxy could for a name that exists nowhere. */
async function proxy() {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"byProxy":true}');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    const remote = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(remote).pipe(socket);
    });
    remote.on('error', () => socket.destroy());
    socket.on('error', () => remote.destroy());
  });
  return { address: `http://127.0.0.1:${await portOf(server)}`, asked };
}

interface Outcome {
  status: number;
  text: string;
  health: { ok: boolean; detail: string };
}

/** A model call and a question for health, from an egress service with this environment. */
async function from(env: Record<string, string>): Promise<Outcome> {
  const script = new URL('way-out.fixture.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [script], { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout);
}

describe('model calls and health go the same way', () => {
  it('through the proxy of HTTPS_PROXY, to a certificate of NODE_EXTRA_CA_CERTS', async () => {
    const provider = await company();
    const { address, asked } = await proxy();
    const outcome = await from({
      ANTHROPIC_BASE_URL: `https://localhost:${provider.port}`,
      HTTPS_PROXY: address,
      NODE_EXTRA_CA_CERTS: certificate.file,
    });
    expect(outcome).toEqual({ status: 200, text: '{"answered":true}', health: { ok: true, detail: 'Model' } });
    expect(provider.asked).toEqual(['POST /v1/messages', 'HEAD /']);
    expect(new Set(asked)).toEqual(new Set([`CONNECT localhost:${provider.port}`]));
  });

  it('past the proxy for hosts of NO_PROXY, in small letters too', async () => {
    const provider = await company();
    const { address, asked } = await proxy();
    const outcome = await from({
      ANTHROPIC_BASE_URL: `https://localhost:${provider.port}`,
      https_proxy: address,
      no_proxy: 'example.invalid,localhost',
      NODE_EXTRA_CA_CERTS: certificate.file,
    });
    expect(outcome).toMatchObject({ status: 200, health: { ok: true } });
    expect(asked).toEqual([]);
  });

  it('through HTTP_PROXY when the provider has an http address', async () => {
    const { address, asked } = await proxy();
    const outcome = await from({ ANTHROPIC_BASE_URL: 'http://model.invalid/api', HTTP_PROXY: address });
    expect(outcome).toEqual({ status: 200, text: '{"byProxy":true}', health: { ok: true, detail: 'Model' } });
    expect(asked).toEqual(['POST http://model.invalid/api/v1/messages', 'HEAD http://model.invalid/api']);
  });

  it.each([
    ['a certificate that nobody named', {}, 'NODE_EXTRA_CA_CERTS'],
    ['a proxy that is away', { HTTPS_PROXY: 'http://127.0.0.1:9' }, 'cannot be reached'],
  ])('and fail alike: %s', async (_what, env: Record<string, string>, words) => {
    const provider = await company();
    const outcome = await from({ ANTHROPIC_BASE_URL: `https://localhost:${provider.port}`, ...env });
    expect(outcome.status).toBeGreaterThanOrEqual(500);
    expect(outcome.text).toContain(words);
    expect(outcome.health).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
    expect(provider.asked).toEqual([]);
  });

  it('and say that the proxy does not lead there', async () => {
    const server = createHttpServer();
    server.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const closed = `http://127.0.0.1:${await portOf(server)}`;
    const outcome = await from({ ANTHROPIC_BASE_URL: `https://localhost:${await freePort()}`, HTTPS_PROXY: closed });
    expect(outcome.text).toContain('the proxy of HTTPS_PROXY');
    expect(outcome.health.detail).toContain('the proxy of HTTPS_PROXY');
  });
});
