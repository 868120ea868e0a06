import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { SessionView } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { waitFor } from '@claude-codex/testing';
import type { WebSocket } from '@fastify/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

/** The client half of the library that serves the terminal; browsers' own WebSocket cannot set headers. */
const Socket: new (url: string, options: object) => WebSocket = createRequire(
  createRequire(import.meta.url).resolve('@fastify/websocket'),
)('ws');

let gateway: TestGateway;
let owner: Client;
let viewer: Client;
let at: Furnished;
const typed: string[] = [];
const sizes: unknown[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  viewer = await join(gateway, owner, 'viewer', 'Vera');
  const { workspace } = (await owner.call('GET', '/api/session')).body as SessionView;
  at = await furnish(gateway, workspace?.id ?? '');
  await owner.call('GET', `/api/board?min_position=${at.position}`);
  gateway.bus.subscribe(`terminal.${at.instanceId}.in`, (bytes) => typed.push(Buffer.from(bytes).toString()));
  gateway.bus.subscribe(`terminal.${at.instanceId}.resize`, (bytes) =>
    sizes.push(JSON.parse(Buffer.from(bytes).toString())),
  );
  serveJson(gateway.bus, `terminal.${at.instanceId}.attach`, z.any(), async () => ({
    available: true,
    code: '',
    detail: '',
    cols: 100,
    rows: 30,
    snapshot: Buffer.from('screen').toString('base64'),
  }));
});
afterAll(() => gateway.stop());

interface Opened {
  socket: WebSocket;
  messages: unknown[];
  bytes: () => string;
  closed: Promise<[number, string]>;
}

function open(cookie: string | null, id = at.instanceId, headers: Record<string, string> = {}): Opened {
  const url = `${gateway.address.replace('http', 'ws')}/api/instances/${id}/terminal`;
  const socket = new Socket(url, {
    headers: { origin: gateway.address, ...(cookie === null ? {} : { cookie }), ...headers },
    perMessageDeflate: false,
  });
  const messages: unknown[] = [];
  const chunks: Buffer[] = [];
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (binary) chunks.push(data);
    else messages.push(JSON.parse(data.toString()));
  });
  socket.on('error', () => undefined);
  const { promise: closed, resolve } = Promise.withResolvers<[number, string]>();
  socket.once('close', (code: number, reason: Buffer) => resolve([code, String(reason)]));
  return { socket, messages, bytes: () => Buffer.concat(chunks).toString(), closed };
}

/** The status a refused upgrade was answered with. */
async function refusedWith(opened: Opened): Promise<number> {
  const [, response] = await once(opened.socket, 'unexpected-response');
  opened.socket.terminate();
  return response.statusCode;
}

describe('before anything is upgraded', () => {
  it('refuses strangers, other sites, and what is not of this workspace', async () => {
    expect(await refusedWith(open(null))).toBe(401);
    expect(await refusedWith(open(owner.cookie, at.instanceId, { origin: 'https://evil.example' }))).toBe(403);
    const url = `${gateway.address.replace('http', 'ws')}/api/instances/${at.instanceId}/terminal`;
    const bare = new Socket(url, { headers: { cookie: owner.cookie } });
    bare.on('error', () => undefined);
    const [, response] = await once(bare, 'unexpected-response');
    bare.terminate();
    expect(response.statusCode).toBe(403);
    expect(await refusedWith(open(owner.cookie, newId()))).toBe(404);
    const other = await otherWorkspace(gateway);
    expect(await refusedWith(open(other.owner.cookie))).toBe(404);
  });
});

describe('an editor', () => {
  it('sees the screen, types, resizes', async () => {
    const { socket, messages, bytes, closed } = open(owner.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    expect(messages).toEqual([{ type: 'attached', readOnly: false, cols: 100, rows: 30 }]);
    gateway.bus.publish(`terminal.${at.instanceId}.out`, Buffer.from(' more'));
    await waitFor('live bytes', () => bytes() === 'screen more');
    socket.send(Buffer.from('ls\r'));
    await waitFor('the keys', () => typed.includes('ls\r'));
    for (let cols = 10; cols < 500; cols += 1) socket.send(JSON.stringify({ type: 'resize', cols, rows: 40 }));
    await waitFor('the last size', () => sizes.some((size) => JSON.stringify(size) === '{"cols":499,"rows":40}'));
    expect(sizes.length).toBeLessThan(10);
    socket.close();
    await closed;
  });

  it.each([
    ['text that is no message', 'junk', 1003],
    ['no column', JSON.stringify({ type: 'resize', cols: 0, rows: 1 }), 1008],
    ['a billion columns', JSON.stringify({ type: 'resize', cols: 1e9, rows: 1 }), 1008],
    ['an unknown message', JSON.stringify({ type: 'exec', command: 'id' }), 1008],
    ['a frame of 2 MB', Buffer.alloc(2 * 1024 * 1024), 1009],
  ])('is cut off after %s', async (_what, data, code) => {
    const { socket, closed, bytes } = open(owner.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    socket.send(data);
    expect((await closed)[0]).toBe(code);
  });

  it('cannot paste without end', async () => {
    const { socket, closed, bytes } = open(owner.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    for (let sent = 0; sent < 8; sent += 1) socket.send(Buffer.alloc(512 * 1024, 97));
    expect(await closed).toEqual([1009, 'paste_too_large']);
  });
});

describe('a viewer', () => {
  it('watches, and is cut off when typing', async () => {
    const before = typed.length;
    const { socket, messages, bytes, closed } = open(viewer.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    expect(messages).toEqual([{ type: 'attached', readOnly: true, cols: 100, rows: 30 }]);
    socket.send(Buffer.from('rm -rf /\r'));
    expect(await closed).toEqual([1008, 'read_only']);
    expect(typed.length).toBe(before);
  });

  it('does not change the size of everybody’s screen', async () => {
    const { socket, bytes, closed } = open(viewer.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    socket.send(JSON.stringify({ type: 'resize', cols: 33, rows: 7 }));
    const editor = open(owner.cookie);
    await waitFor('the screen of the editor', () => editor.bytes() === 'screen');
    editor.socket.send(JSON.stringify({ type: 'resize', cols: 77, rows: 7 }));
    await waitFor('the size of the editor', () =>
      sizes.some((size) => JSON.stringify(size) === '{"cols":77,"rows":7}'),
    );
    expect(JSON.stringify(sizes)).not.toContain('"cols":33');
    for (const { socket: each } of [editor, { socket }]) each.close();
    await closed;
  });

  it('is cut off within 5 s when access ends', async () => {
    const { closed, bytes } = open(viewer.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    const { person } = (await viewer.call('GET', '/api/session')).body as SessionView;
    const from = performance.now();
    expect((await owner.call('DELETE', `/api/members/${person?.id}`)).status).toBe(200);
    expect(await closed).toEqual([1008, 'access_ended']);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

it('a viewer that does not read is cut off, and nobody else waits for it', async () => {
  const [slow, quick] = [open(owner.cookie), open(owner.cookie)];
  await waitFor('both screens', () => slow.bytes() === 'screen' && quick.bytes() === 'screen');
  const got = { slow: 0, quick: 0 };
  slow.socket.on('message', (data: Buffer) => (got.slow += data.length));
  quick.socket.on('message', (data: Buffer) => (got.quick += data.length));
  slow.socket.pause();
  const piece = Buffer.alloc(512 * 1024, 'x');
  // More than the buffers of the machine and ours take in together.
  const all = 48 * piece.length;
  for (let sent = piece.length; sent <= all; sent += piece.length) {
    gateway.bus.publish(`terminal.${at.instanceId}.out`, piece);
    await waitFor('the quick one to have read it', () => got.quick === sent);
  }
  slow.socket.resume();
  expect((await slow.closed)[0]).toBe(1006);
  expect(got.slow).toBeLessThan(all);
  expect(quick.socket.readyState).toBe(quick.socket.OPEN);
  quick.socket.close();
  await quick.closed;
});

describe('whoever may do less than before', () => {
  it('types no more from within 5 s on, and sees that', async () => {
    const eddy = await join(gateway, owner, 'editor', 'Eddy');
    const { person } = (await eddy.call('GET', '/api/session')).body as SessionView;
    const { socket, messages, bytes, closed } = open(eddy.cookie);
    await waitFor('the screen', () => bytes() === 'screen');
    expect((await owner.call('PATCH', `/api/members/${person?.id}`, { role: 'viewer' })).status).toBe(200);
    await waitFor('the new right', () => messages.length > 1, { timeoutMs: 5_000 });
    expect(messages.at(-1)).toMatchObject({ type: 'attached', readOnly: true });
    socket.send(Buffer.from('late keys\r'));
    expect(await closed).toEqual([1008, 'read_only']);
    expect(typed).not.toContain('late keys\r');
  });
});

describe('a token that may only read, of somebody who may do everything', () => {
  it('watches, and never comes to type, however long it is open', async () => {
    const made = await owner.call('POST', '/api/tokens', { name: 'watcher', scope: 'read' });
    const { token } = made.body as { token: string };
    const { socket, messages, bytes, closed } = open(null, at.instanceId, { authorization: `Bearer ${token}` });
    await waitFor('the screen', () => bytes() === 'screen');
    // Longer than the pause between two looks at what open connections may still do.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(messages).toEqual([{ type: 'attached', readOnly: true, cols: 100, rows: 30 }]);
    socket.send(Buffer.from('id\r'));
    expect(await closed).toEqual([1008, 'read_only']);
    expect(typed).not.toContain('id\r');
  });
});

it('says so when nobody holds the instance', async () => {
  const { workspace } = (await owner.call('GET', '/api/session')).body as SessionView;
  const lonely = await furnish(gateway, workspace?.id ?? '');
  await owner.call('GET', `/api/board?min_position=${lonely.position}`);
  const { messages, closed } = open(owner.cookie, lonely.instanceId);
  expect((await closed)[1]).toBe('unavailable');
  expect(messages).toMatchObject([{ type: 'unavailable', code: 'NOT_READY' }]);
});
