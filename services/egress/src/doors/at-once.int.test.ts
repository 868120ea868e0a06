import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Egress } from '../egress.fixture.ts';
import { callDoor, startEgress } from '../egress.fixture.ts';

let egress: Egress;
let socketPath: string;

beforeEach(async () => {
  egress = await startEgress({
    blobBytes: 1000,
    blobBytesPerDoor: 2500,
    mcpRequestBytes: 1000,
    bodyBytesPerDoor: 2500,
  });
  ({ socketPath } = await egress.open());
});

afterEach(() => egress.stop());

/** A tool call whose last bytes never come. */
function halfCall(): Socket {
  const socket = connect(socketPath);
  socket.on('error', () => undefined);
  socket.write(`POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n${'x'.repeat(990)}`);
  return socket;
}

it('uploads side by side have the limit they have one after the other', async () => {
  const bodies = Array.from({ length: 10 }, (_, at) => String(at).repeat(900));
  const answers = await Promise.all(bodies.map((body) => callDoor(socketPath, '/blobs', { method: 'PUT', body })));
  const stored = answers.filter(({ status }) => status === 201);
  expect([stored.length, new Set(answers.map(({ status }) => status))]).toEqual([2, new Set([201, 413])]);
});

it('an upload that was cut off takes nothing away from the next one', async () => {
  for (let time = 0; time < 5; time += 1) {
    const socket = connect(socketPath);
    socket.on('error', () => undefined);
    socket.write(`PUT /blobs HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n${'x'.repeat(890)}`, () =>
      socket.destroy(),
    );
    await once(socket, 'close');
  }
  await expect
    .poll(async () => (await callDoor(socketPath, '/blobs', { method: 'PUT', body: 'x'.repeat(900) })).status)
    .toBe(201);
});

it('calls that are being read hold only so much of our memory, and give it back', async () => {
  const held = [halfCall(), halfCall()];
  await expect.poll(async () => (await callDoor(socketPath, '/mcp', { body: 'x'.repeat(900) })).status).toBe(503);
  const body = JSON.stringify({ messages: ['x'.repeat(800)] });
  const model = await callDoor(socketPath, '/v1/messages', { body });
  expect([model.status, JSON.parse(model.text).error.type]).toEqual([529, 'overloaded_error']);
  for (const socket of held) socket.destroy();
  await expect.poll(async () => (await callDoor(socketPath, '/mcp', { body: 'x'.repeat(900) })).status).toBe(200);
});

it('an upload that announces too much and hangs up ends nothing but itself', async () => {
  const socket = connect(socketPath);
  socket.on('error', () => undefined);
  socket.write('PUT /blobs HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\nhalf');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
  await once(socket, 'close');
  expect((await callDoor(socketPath, '/healthz', { method: 'GET' })).status).toBe(200);
});
