import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { holdAtMost } from './held-bodies.ts';
import { createHttpServer, type HttpServer } from './server.ts';

let app: HttpServer;
let port: number;
beforeEach(async () => {
  app = createHttpServer({ log: createLogger({ service: 'test', level: 'silent' }) });
  app.post('/large', { preParsing: holdAtMost({ maxBytes: 100, withinMs: 500 }) }, async () => 'taken');
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterEach(() => app.close());

const send = (body: string) =>
  app.inject({ method: 'POST', url: '/large', headers: { 'content-type': 'application/json' }, payload: body });

/** Announces 90 bytes and sends 80 of them; what is answered, once the connection is closed. */
function stalled(): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /large HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n');
  socket.write('"'.padEnd(80, 'a'));
  return text(socket);
}

it('what comes too slowly is ended with a reason, and its room is given back', async () => {
  expect(await stalled()).toMatch(/^HTTP\/1\.1 408 [\s\S]+REQUEST_TIMEOUT/);
  expect((await send(JSON.stringify('a'.repeat(90)))).statusCode).toBe(200);
});

it('what fits beside the others is taken, what does not is refused', async () => {
  const slow = stalled();
  await expect.poll(async () => (await send(JSON.stringify('a'.repeat(40)))).statusCode).toBe(429);
  expect((await send('"a"')).statusCode).toBe(200);
  await slow;
  expect((await send(JSON.stringify('a'.repeat(40)))).statusCode).toBe(200);
});
