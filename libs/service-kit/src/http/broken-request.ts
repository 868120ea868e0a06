import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { nodeHttp } from './node-http.ts';
import { PROBLEM_TYPE, problemBody } from './problem.ts';

/** Requests Node's parser refuses never reach a route, so the answer is written by hand, in the same shape. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = problemBody(...describe(error.code));
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${nodeHttp.STATUS_CODES[body.status]}\r\n` +
      `content-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` +
      `x-request-id: ${body.requestId}\r\nconnection: close\r\n\r\n${text}`,
  );
}

function describe(code: string | undefined): [string, { detail: string; requestId: string }] {
  const requestId = randomUUID();
  if (code === 'HPE_HEADER_OVERFLOW') {
    return ['HEADERS_TOO_LARGE', { detail: 'The headers are larger than 16 KiB.', requestId }];
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return ['REQUEST_TIMEOUT', { detail: 'The request did not arrive in time.', requestId }];
  }
  return ['MALFORMED_REQUEST', { detail: 'This is not an HTTP request we can read.', requestId }];
}
