import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Egress, ScriptedServer, startEgress } from '../egress.fixture.ts';

let egress: Egress;
/** What no agent may reach. */
const elsewhere = new ScriptedServer();
let other = '';
let socketPath = '';

beforeEach(async () => {
  egress = await startEgress();
  ({ socketPath } = await egress.open());
  other = await elsewhere.listen();
});
afterEach(async () => {
  await egress.stop();
  await elsewhere.close();
});

/** Bytes as they are, and all that comes back until the other side hangs up or is silent. */
async function speak(bytes: string): Promise<string> {
  const socket = connect(socketPath);
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.setTimeout(700, () => socket.destroy());
  socket.write(Buffer.from(bytes, 'latin1'));
  await once(socket, 'close');
  return answer;
}

const lines = (...words: string[]) => words.join('\r\n');
const MESSAGES = 'POST /v1/messages HTTP/1.1\r\nHost: x';
const HIDDEN = lines('POST /v1/organizations/keys HTTP/1.1', 'Host: x', 'Content-Length: 2', '', '{}');

/** `at` is the address of a server nobody opened. */
const ATTACKS: Record<string, (at: string) => string> = {
  'a length and chunks together': () =>
    lines(MESSAGES, `Content-Length: ${5 + HIDDEN.length}`, 'Transfer-Encoding: chunked', '', '0', '', HIDDEN),
  'chunks and a length together': () =>
    lines(MESSAGES, 'Transfer-Encoding: chunked', 'Content-Length: 4', '', '2', '{}', '0', '', HIDDEN),
  'two lengths': () => lines(MESSAGES, 'Content-Length: 2', `Content-Length: ${2 + HIDDEN.length}`, '', `{}${HIDDEN}`),
  'two lengths in one line': () => lines(MESSAGES, `Content-Length: 2, ${2 + HIDDEN.length}`, '', `{}${HIDDEN}`),
  'a length with a sign': () => lines(MESSAGES, 'Content-Length: +2', '', `{}${HIDDEN}`),
  'chunks by another name': () => lines(MESSAGES, 'Transfer-Encoding: xchunked', '', '0', '', HIDDEN),
  'chunks named twice': () =>
    lines(MESSAGES, 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity', '', '0', '', HIDDEN),
  'a blank before the colon': () =>
    lines(MESSAGES, 'Transfer-Encoding : chunked', 'Content-Length: 2', '', `{}${HIDDEN}`),
  'a size of a chunk that is none': () =>
    lines(MESSAGES, 'Transfer-Encoding: chunked', '', '0x2', '{}', '0', '', HIDDEN),
  'a line that goes on in the next': () =>
    lines(MESSAGES, 'Content-Length: 2', 'X-A: b', ' Transfer-Encoding: chunked', '', `{}${HIDDEN}`),
  'line feeds alone': () => `POST /v1/organizations/keys HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}`,
  'a line feed inside a field': () =>
    lines(MESSAGES, 'X-A: b\nTransfer-Encoding: chunked', 'Content-Length: 2', '', `{}${HIDDEN}`),
  'a carriage return inside a field': () => lines(MESSAGES, 'X-A: b\rX-Api-Key: mine', 'Content-Length: 2', '', '{}'),
  'a zero byte inside a field': () => lines(MESSAGES, 'X-A: b\0c', 'Content-Length: 2', '', '{}'),
  'an absolute address': (at) => lines(`POST ${at}/v1/messages HTTP/1.1`, 'Host: x', 'Content-Length: 2', '', '{}'),
  'an absolute address without a scheme': (at) =>
    lines(`POST //${at.slice('http://'.length)}/v1/messages HTTP/1.1`, 'Host: x', 'Content-Length: 2', '', '{}'),
  'a login in the path': (at) => lines(`POST /v1@${at.slice('http://'.length)}/ HTTP/1.1`, 'Host: x', '', ''),
  'a way up in the path': () =>
    lines('POST /v1/messages/../organizations/keys HTTP/1.1', 'Host: x', 'Content-Length: 2', '', '{}'),
  'a way up that is written out': () => lines('POST /v1/%2e%2e/x HTTP/1.1', 'Host: x', 'Content-Length: 2', '', '{}'),
  'a backslash in the path': () => lines('POST /v1\\organizations HTTP/1.1', 'Host: x', 'Content-Length: 2', '', '{}'),
  'a second request in the same packet': () => lines(MESSAGES, 'Content-Length: 2', '', `{}${HIDDEN}`),
  CONNECT: (at) => lines(`CONNECT ${at.slice('http://'.length)} HTTP/1.1`, 'Host: x', '', HIDDEN),
  'CONNECT with more behind it': () => lines('CONNECT api.anthropic.com:443 HTTP/1.1', 'Host: x', '', HIDDEN),
  'Upgrade to a WebSocket': () =>
    lines('GET /v1/models HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', '', HIDDEN),
  'Upgrade to HTTP/2': () =>
    lines(
      'GET /v1/models HTTP/1.1',
      'Host: x',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
      '',
      HIDDEN,
    ),
  'HTTP/2 from the beginning': () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${HIDDEN}`,
  'fields that belong to one connection': () =>
    lines(MESSAGES, 'Connection: x-api-key, close', 'Content-Length: 2', '', '{}'),
};

it.each(Object.entries(ATTACKS))('%s: nothing but a call that is allowed reaches anybody', async (_, bytes) => {
  const answer = await speak(bytes(other));
  expect(elsewhere.connections).toBe(0);
  expect(egress.tools.received).toEqual([]);
  for (const { method, url, headers, body } of egress.provider.received) {
    expect(['POST /v1/messages', 'GET /v1/models']).toContain(`${method} ${url}`);
    expect(body).not.toContain('organizations');
    expect(headers['transfer-encoding'] === undefined || headers['content-length'] === undefined).toBe(true);
    expect(headers.upgrade).toBeUndefined();
    expect(headers['x-api-key']).toMatch(/^sk-ant-canary/);
  }
  expect(egress.provider.received.length).toBeLessThan(2);
  expect(answer).not.toContain('HTTP/1.1 101');
  expect(answer).not.toMatch(/^HTTP\/1\.1 200 Connection/);
});

it('the same words without an attack go through', async () => {
  expect(await speak(lines(MESSAGES, 'Content-Length: 2', '', '{}'))).toMatch(/^HTTP\/1\.1 200 /);
  expect(egress.provider.received).toMatchObject([{ method: 'POST', url: '/v1/messages', body: '{}' }]);
});
