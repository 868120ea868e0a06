import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

/** Where a team server takes a further host's calls of the model, by the provider's own paths below it. */
export const HOST_MODEL = '/hosts/model';
/** Where it takes its agents' calls of tools. */
export const HOST_MCP = '/hosts/mcp';
/** Who calls a tool, as the egress of that host knows it from its door: an `InstanceIdentity` as JSON in base64url. */
export const DOOR_HEADER = 'x-codex-door';

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
