import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { waitFor } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { openClient } from './client.ts';

const CHUNK = 'x'.repeat(64 * 1024);

it('a client that does not read is cut before it costs more than its backlog, and the log says so', async () => {
  const opened = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => opened.resolve(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  socket.pause();
  socket.on('error', () => undefined);

  const response = await opened.promise;
  const warnings: [object, string][] = [];
  const log = { warn: (fields: object, message: string) => void warnings.push([fields, message]) };
  const client = openClient(response, 'request', log);
  client.goLive({ epoch: 'e', position: 0 });
  let largest = 0;
  const write = () => {
    client.write(`data: ${CHUNK}\n\n`);
    largest = Math.max(largest, response.writableLength);
    return client.closed;
  };
  await waitFor('the cut', write, { everyMs: 10 });
  expect(largest).toBeLessThan(1.2 * 1024 * 1024);
  const cut = [{ requestId: 'request', backlogBytes: largest }, 'a stream was cut: its reader does not keep up'];
  expect(warnings).toEqual([cut]);
  socket.destroy();
  server.close();
  await once(server, 'close');
});
