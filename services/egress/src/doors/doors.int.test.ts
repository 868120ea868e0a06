import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { EgressDone, EgressDoors, subjects } from '@claude-codex/contracts';
import { BusRemoteError, requestJson } from '@claude-codex/service-kit';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Egress } from '../egress.fixture.ts';
import { callDoor, startEgress } from '../egress.fixture.ts';

/** `nobody`: not who runs this. */
const OWNER = { uid: 65_534, gid: 65_534 };
let egress: Egress;

beforeEach(async () => {
  egress = await startEgress({
    blobBytes: 1000,
    blobBytesPerDoor: 2500,
    mcpRequestBytes: 1000,
    connectionsPerDoor: 20,
  });
});

afterEach(() => egress.stop());

async function health(socketPath: string): Promise<number | string> {
  return callDoor(socketPath, '/healthz', { method: 'GET' }).then(
    (answer) => answer.status,
    (error: NodeJS.ErrnoException) => error.code ?? 'error',
  );
}

async function doors() {
  return (await requestJson(egress.bus, subjects.egress('host').list, null, EgressDoors, { timeoutMs: 1000 })).doors;
}

describe('opening and closing', () => {
  it('opens a door, and does nothing when asked again', async () => {
    const request = await egress.open();
    await egress.open();
    expect(await health(request.socketPath)).toBe(200);
    expect(await doors()).toEqual([request]);
  });

  it.each([0o000, 0o022, 0o077])('opens it to one user alone, whatever the umask (%o)', async (umask) => {
    const before = process.umask(umask);
    try {
      const { socketPath } = await egress.open(1, undefined, OWNER);
      const [socket, directory] = await Promise.all([stat(socketPath), stat(dirname(socketPath))]);
      expect([socket.mode & 0o777, directory.mode & 0o777]).toEqual([0o600, 0o700]);
      const uid = process.getuid?.() === 0 ? OWNER.uid : process.getuid?.();
      expect([socket.uid, directory.uid]).toEqual([uid, uid]);
    } finally {
      process.umask(before);
    }
  });

  it('takes the place of a socket file that a killed process left', async () => {
    const { socketPath } = await egress.open();
    const stale = `${socketPath}.2`;
    await writeFile(stale, '');
    await egress.open(2, stale);
    expect(await health(stale)).toBe(200);
  });

  it('closes, also twice, and leaves no socket', async () => {
    const { instanceId, epoch, socketPath } = await egress.open();
    for (let time = 0; time < 2; time += 1) {
      await requestJson(egress.bus, subjects.egress('host').close, { instanceId, epoch }, EgressDone, {
        timeoutMs: 1000,
      });
    }
    expect(await health(socketPath)).toBe('ENOENT');
    expect(await doors()).toEqual([]);
  });

  it('closes the older epoch when a newer one opens, and refuses the older from then on', async () => {
    const first = await egress.open(1);
    const second = await egress.open(2);
    expect(await health(first.socketPath)).toBe('ENOENT');
    expect(await health(second.socketPath)).toBe(200);
    await expect(egress.open(1)).rejects.toMatchObject({ code: 'INSTANCE_FENCED' });
  });

  it('leaves the newer one open when an older one is closed late', async () => {
    const { instanceId } = await egress.open(1);
    const second = await egress.open(2);
    const late = { instanceId, epoch: 1 };
    await requestJson(egress.bus, subjects.egress('host').close, late, EgressDone, { timeoutMs: 1000 });
    expect(await health(second.socketPath)).toBe(200);
  });

  it('refuses a path the kernel would cut off', async () => {
    const long = join(egress.directory, 'a'.repeat(120));
    await expect(egress.open(1, long)).rejects.toBeInstanceOf(BusRemoteError);
  });

  it('serves its doors again after it was killed', async () => {
    const { socketPath } = await egress.open();
    await egress.app.stop();
    const next = egress.another();
    await next.start();
    expect(await health(socketPath)).toBe(200);
    await next.stop();
  });
});

describe('tools', () => {
  it('says who calls, whatever the client says', async () => {
    const request = await egress.open();
    egress.tools.script = (response) => void response.writeHead(200, { 'mcp-session-id': 's1' }).end('data: {}\n\n');
    const answer = await callDoor(request.socketPath, '/mcp', {
      body: '{}',
      headers: { authorization: 'Bearer somebody else', 'content-type': 'application/json', cookie: 'a=b' },
    });
    expect(answer).toMatchObject({ status: 200, text: 'data: {}\n\n', headers: { 'mcp-session-id': 's1' } });
    const [call] = egress.tools.received;
    expect(call).toMatchObject({ url: '/mcp', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(call?.headers).not.toHaveProperty('cookie');
    const token = String(call?.headers.authorization).replace('Bearer ', '');
    const { socketPath: _path, owner: _owner, ...identity } = request;
    expect(await egress.tokens.verify(token, 'mcp')).toEqual(identity);
    expect(await egress.tokens.verify(token, 'model')).toBeNull();
  });

  it('passes a long answer on piece by piece', async () => {
    const { socketPath } = await egress.open();
    const { promise: seen, resolve: sawFirst } = Promise.withResolvers<void>();
    egress.tools.script = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': waiting\n\n');
      void seen.then(() => response.end('data: done\n\n'));
    };
    const answer = await callDoor(socketPath, '/mcp', { body: '{}', onChunk: () => sawFirst() });
    expect(answer.text).toBe(': waiting\n\ndata: done\n\n');
  });

  it('says so when they cannot be reached, and when a call is too large', async () => {
    const { socketPath } = await egress.open();
    egress.tools.script = (response) => response.destroy();
    const unreached = await callDoor(socketPath, '/mcp', { body: '{}' });
    expect([unreached.status, JSON.parse(unreached.text).code]).toEqual([503, 'NOT_READY']);
    const large = await callDoor(socketPath, '/mcp', { body: 'x'.repeat(2000) });
    expect([large.status, JSON.parse(large.text).code]).toEqual([413, 'BODY_TOO_LARGE']);
  });
});

describe('uploads', () => {
  it('stores a body and answers with its name', async () => {
    const { socketPath } = await egress.open();
    const answer = await callDoor(socketPath, '/blobs', { method: 'PUT', body: 'hello' });
    expect(answer.status).toBe(201);
    const { blobId } = JSON.parse(answer.text);
    expect((await egress.blobs.read(blobId, 100)).toString()).toBe('hello');
  });

  it.each([{}, { 'transfer-encoding': 'chunked' }])('refuses one over the limit %j', async (headers) => {
    const { socketPath } = await egress.open();
    const answer = await callDoor(socketPath, '/blobs', { method: 'PUT', body: 'x'.repeat(5000), headers });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('has a limit for all uploads of an instance together', async () => {
    const { socketPath } = await egress.open();
    const statuses: number[] = [];
    for (const letter of ['a', 'b', 'c']) {
      const body = letter.repeat(900);
      statuses.push((await callDoor(socketPath, '/blobs', { method: 'PUT', body })).status);
    }
    expect(statuses).toEqual([201, 201, 413]);
  });

  it('keeps nothing of an upload that is cut off, and goes on', async () => {
    const { socketPath } = await egress.open();
    for (let time = 0; time < 20; time += 1) {
      const socket = connect(socketPath);
      socket.on('error', () => undefined);
      socket.write('PUT /blobs HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\nhalf', () => socket.destroy());
      await once(socket, 'close');
    }
    expect(await health(socketPath)).toBe(200);
    const incoming = join(egress.directory, 'blobs', 'incoming');
    await waitFor('unfinished files to be gone', async () => (await readdir(incoming)).length === 0);
  });
});

describe('one agent', () => {
  it('cannot hold every connection', async () => {
    const { socketPath } = await egress.open();
    const sockets = Array.from({ length: 40 }, () => connect(socketPath));
    for (const socket of sockets) socket.on('error', () => undefined);
    await waitFor('those too many to be cut', () => sockets.filter((socket) => socket.destroyed).length === 20);
    for (const socket of sockets) socket.destroy();
    await waitFor('room again', async () => (await health(socketPath)) === 200);
  });
});

describe('everything else', () => {
  it.each([
    ['GET', '/etc/passwd', 'GET /etc/passwd'],
    ['GET', 'http://169.254.169.254/latest/meta-data', 'host 169.254.169.254'],
    ['POST', '/blobs', 'POST /blobs'],
    ['GET', '/metrics', 'GET /metrics'],
    ['GET', '/mcp/other', 'GET /mcp/other'],
  ])('is blocked by name: %s %s', async (method, path, named) => {
    const { socketPath } = await egress.open();
    const answer = await callDoor(socketPath, path, { method });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([403, 'EGRESS_BLOCKED']);
    expect(JSON.parse(answer.text).detail).toContain(named);
  });

  it('tells a program that wants a tunnel which host is blocked', async () => {
    const { socketPath } = await egress.open();
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(socketPath, () =>
        socket.write('CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('403');
    expect(answer).toContain('host evil.example:443');
  });
});
