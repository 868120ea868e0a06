import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { FastifyRequest } from 'fastify';

/** Lets nobody in but who has the token for hosts; without one on this server, nobody. */
export function hostOnly(hostToken: string | null): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (hostToken === null) {
      throw new Problem('NOT_FOUND', {
        detail: 'This server takes no further hosts: CODEX_HOST_TOKEN_FILE is not set.',
      });
    }
    const [, given = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digest(given), digest(hostToken))) {
      throw new Problem('NOT_AUTHENTICATED', { detail: 'This is not the token for hosts.' });
    }
  };
}

/** Of equal length, as comparing in constant time demands it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
