import { type Readable, Transform } from 'node:stream';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { Problem } from './problem.ts';

/**
 * A `preParsing` hook for routes that take large bodies from anybody: together they hold at most `maxBytes`, each for at
 * most `withinMs` while it comes. Every piece is counted when it is there, because what a header announces costs nothing,
 * and given back when the request is over. A limit for one body bounds nothing: sixty side by side took two gigabytes.
 */
export function holdAtMost({ maxBytes, withinMs }: { maxBytes: number; withinMs: number }) {
  let held = 0;
  return async (_request: FastifyRequest, reply: FastifyReply, payload: RequestPayload): Promise<RequestPayload> => {
    let bytes = 0;
    const counted: Readable = payload.pipe(
      new Transform({
        transform(piece: Buffer, _encoding, done) {
          if (held + piece.length > maxBytes) return done(new Problem('TOO_MANY_REQUESTS', { detail: TOO_MUCH }));
          held += piece.length;
          bytes += piece.length;
          done(null, piece);
        },
      }),
    );
    payload.once('error', (error) => counted.destroy(error));
    const late = setTimeout(() => counted.destroy(new Problem('REQUEST_TIMEOUT', { detail: TOO_SLOW })), withinMs);
    counted.once('end', () => clearTimeout(late));
    reply.raw.once('close', () => {
      clearTimeout(late);
      held -= bytes;
    });
    return counted;
  };
}

const TOO_MUCH = 'Too much is being sent to this address at the same time. Send it again later.';
const TOO_SLOW = 'The body did not arrive in time. Send it again.';
