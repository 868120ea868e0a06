import { Problem } from '@claude-codex/service-kit/http/problem';
import type { FastifyRequest } from 'fastify';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps other sites from using a visitor's session. A request is ours when its `Origin` is the public address or the
 * very host it was sent to (people also open the server by its address in the LAN); cookies belong to a host, so a
 * name that somebody points at us carries none.
 */
export function sameOrigin(request: Pick<FastifyRequest, 'headers'>, publicOrigin: string): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin';
  return origin === publicOrigin || origin === `http://${host}` || origin === `https://${host}`;
}

/**
 * Refuses what could have been sent by another site. With a cookie, a changing request must prove where it comes from;
 * without one (login, set-up) a foreign origin is refused all the same.
 */
export function checkOrigin(request: FastifyRequest, publicOrigin: string, usesCookie: boolean): void {
  if (SAFE.has(request.method)) return;
  if (!usesCookie && request.headers.origin === undefined) return;
  if (sameOrigin(request, publicOrigin)) return;
  throw originForbidden();
}

export function originForbidden(): Problem {
  return new Problem('ORIGIN_FORBIDDEN', {
    detail:
      'This request does not come from a page of this server. Programs use an API token, or send our address as Origin.',
  });
}
