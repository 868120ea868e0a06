import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, silentLog } from '@claude-codex/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createConnectProxy } from './connect-proxy.ts';
import { createDialer, type DialerSettings } from './dialer.ts';

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Something that listens on this machine, as a database or a metadata service would, and counts who came. */
async function listener() {
  let visits = 0;
  const server = createTcpServer((socket) => {
    visits += 1;
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  return { port: await portOf(server), visits: () => visits };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const FAIL_AFTER_MS = 250;
const dial = (host: string, port: number, settings: Partial<DialerSettings> = {}) =>
  createDialer({ opened: [], failAfterMs: FAIL_AFTER_MS, ...settings }).dial('https', host, port);

/** What a failure says, and after how many milliseconds. */
async function failure(dialing: () => Promise<unknown>): Promise<{ message: string; ms: number }> {
  const from = performance.now();
  const error = await dialing().then(
    () => new Error('it was reached'),
    (reason: Error) => reason,
  );
  return { message: error.message, ms: performance.now() - from };
}

describe('the dialer', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '127.1',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
    '0.0.0.0',
  ])('does not reach this machine as %s', async (host) => {
    const { port, visits } = await listener();
    expect((await failure(() => dial(host, port))).message).toBe(`${host} cannot be reached`);
    expect(visits()).toBe(0);
  });

  it('reaches what an operator opened, by name or by network', async () => {
    const { port } = await listener();
    for (const opened of [['localhost'], ['127.0.0.0/8']]) {
      const socket = await dial('localhost', port, { opened });
      expect(String((await once(socket, 'data'))[0])).toBe('hello');
      socket.destroy();
    }
    await failure(() => dial('127.0.0.1', port, { opened: ['localhost'] }));
  });

  it('keeps a connection for longer than a failure takes', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).pipe(socket));
    const socket = await dial('localhost', await portOf(server), { opened: ['localhost'] });
    await sleep(FAIL_AFTER_MS * 2);
    socket.write('still here');
    expect(String((await once(socket, 'data'))[0])).toBe('still here');
    socket.destroy();
  });

  it('never reaches what this server is made of, nor metadata, whatever is opened', async () => {
    const { port, visits } = await listener();
    const controlPlane = [`localhost:${port}`];
    await failure(() => dial('127.0.0.1', port, { opened: ['127.0.0.0/8'], controlPlane }));
    expect(visits()).toBe(0);
    // Nothing answers there on this machine, so that nobody came says little: why it failed says it.
    const metadata = dial('169.254.169.254', 80, { opened: ['169.254.0.0/16', '169.254.169.254'] });
    await expect(metadata).rejects.toMatchObject({ cause: { message: 'its address is not open' } });
  });

  it('keeps for the log why a host was not reached', async () => {
    const opened = ['127.0.0.0/8', '192.0.2.0/24'];
    const refused = dial('127.0.0.1', await freePort(), { opened });
    await expect(refused).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await expect(dial('no-such-host.invalid', 443)).rejects.toMatchObject({ cause: { syscall: 'getaddrinfo' } });
    await expect(dial('127.0.0.1', 443)).rejects.toMatchObject({ cause: { message: 'its address is not open' } });
  });

  it('says the same at the same time of what is refused, closed, silent, unknown and no name at all', async () => {
    const { port } = await listener();
    const opened = ['127.0.0.0/8', '192.0.2.0/24'];
    const closed = await freePort();
    const failures = await Promise.all([
      failure(() => dial('127.0.0.1', port)),
      failure(() => dial('127.0.0.1', closed, { opened })),
      failure(() => dial('192.0.2.1', 443, { opened })),
      failure(() => dial('no-such-host.invalid', 443)),
      failure(() => dial('not a host', 443)),
    ]);
    expect(new Set(failures.map(({ message }) => message.replace(/^.+ cannot/, 'X cannot'))).size).toBe(1);
    for (const { ms } of failures) {
      expect(ms).toBeGreaterThanOrEqual(FAIL_AFTER_MS - 5);
      expect(ms).toBeLessThan(FAIL_AFTER_MS + 500);
    }
  });

  it('goes through the proxy of the operator where there is one, and not past its exceptions', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (given, socket) => {
      asked.push(`${given.url} ${given.headers['proxy-authorization']}`);
      socket.end('HTTP/1.1 200 OK\r\n\r\nfrom the proxy');
    });
    const at = `http://ada:pass%20word@127.0.0.1:${await portOf(proxy)}`;
    const socket = await dial('example.invalid', 443, { proxy: { HTTPS_PROXY: at } });
    expect(String((await once(socket, 'data'))[0])).toBe('from the proxy');
    expect(asked).toEqual([`example.invalid:443 Basic ${Buffer.from('ada:pass word').toString('base64')}`]);
    await failure(() => dial('git.invalid', 443, { proxy: { HTTPS_PROXY: at, NO_PROXY: 'other, .invalid' } }));
    await failure(() => dial('127.0.0.1', 443, { proxy: { HTTPS_PROXY: at } }));
    expect(asked).toHaveLength(1);
  });
});

describe('the proxy for other programs', () => {
  async function ask(authorization: string | null, target: string): Promise<number> {
    const proxy = createConnectProxy(createDialer({ opened: ['127.0.0.1'], failAfterMs: FAIL_AFTER_MS }), silentLog);
    stops.push(() => proxy.stop());
    const { port, username, password } = new URL(await proxy.address('https'));
    const right = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { 'proxy-authorization': authorization ?? right };
    const asking = request({ host: '127.0.0.1', port, method: 'CONNECT', path: target, headers }).end();
    const [answer, socket] = await once(asking, 'connect');
    socket.destroy();
    return answer.statusCode;
  }

  it('serves who knows its word', async () => {
    const { port } = await listener();
    expect(await ask(null, `127.0.0.1:${port}`)).toBe(200);
    expect(await ask('Basic aHR0cHM6d3Jvbmc=', `127.0.0.1:${port}`)).toBe(407);
    expect(await ask('', `127.0.0.1:${port}`)).toBe(407);
  });

  it('answers for what is refused as for what is not there', async () => {
    const { port } = await listener();
    expect(await ask(null, `127.0.0.2:${port}`)).toBe(502);
    expect(await ask(null, `127.0.0.1:${await freePort()}`)).toBe(502);
    expect(await ask(null, 'nonsense')).toBe(502);
  });
});
