import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { freePort, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';

const MB = 1024 * 1024;
const PIECE = Buffer.alloc(MB, 0x61);
let gateway: TestGateway;
const sockets: Socket[] = [];
const github = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(202, { 'content-type': 'application/json' }).end('{"ok":true}'));
});

beforeAll(async () => {
  const port = await freePort();
  await new Promise<void>((resolve) => github.listen(port, '127.0.0.1', resolve));
  gateway = await startTestGateway({ githubSyncUrl: new URL(`http://127.0.0.1:${port}`) });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway.stop();
  github.close();
});

/** Sends 20 of 24 announced megabytes and waits; what comes back is kept. */
function halfDelivery(): { answer: () => string; socket: Socket } {
  const socket = connect(Number(new URL(gateway.address).port), '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(
    `POST /webhooks/github HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${24 * MB}\r\n\r\n`,
  );
  for (let piece = 0; piece < 20; piece++) socket.write(PIECE);
  return { answer: () => answer, socket };
}

it('webhooks that come at the same time hold no more memory than two of the largest', async () => {
  const sent = Array.from({ length: 6 }, halfDelivery);
  const refused = () => sent.filter(({ answer }) => answer().startsWith('HTTP/1.1 429 '));
  await waitFor('four of six to be refused', async () => refused().length >= 4, { timeoutMs: 10_000 });
  expect(refused()[0]?.answer()).toContain('TOO_MANY_REQUESTS');
  for (const { socket } of sent) socket.destroy();
  const deliver = () =>
    fetch(`${gateway.address}/webhooks/github`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(24 * MB, 0x61),
    });
  await waitFor('the memory to be given back', async () => (await deliver()).status === 202, { timeoutMs: 10_000 });
  for (let time = 0; time < 3; time++) expect((await deliver()).status).toBe(202);
});
