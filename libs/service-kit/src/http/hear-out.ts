import type { ServerResponse } from 'node:http';

/** How long somebody who has his answer may go on sending, in ms. */
const PATIENCE_MS = 10_000;

/**
 * For an answer that is given while the body still comes. Closing a socket that holds unread bytes resets it, and the
 * reset overtakes the answer (RFC 9112 §9.6): the client sees a broken connection and tries the same again. So what
 * still comes is thrown away, and the connection lives on; only who does not come to an end is cut off.
 */
export function hearOut(response: ServerResponse): void {
  const { req: request } = response;
  if (request.complete || request.readableEnded) return;
  response.removeHeader('connection');
  request.unpipe();
  request.resume();
  const late = setTimeout(() => request.destroy(), PATIENCE_MS);
  late.unref();
  const over = () => clearTimeout(late);
  request.once('end', over).once('close', over);
}
