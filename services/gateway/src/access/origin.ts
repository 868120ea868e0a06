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
  throw originForbidden(request.headers.origin, publicOrigin);
}

/** `origin` is what the request said; whoever opened the right server by a name it does not know learns what to set. */
export function originForbidden(origin: string | undefined, publicOrigin: string): Problem {
  const from = origin !== undefined && /^https?:/.test(origin) && URL.canParse(origin) ? new URL(origin).origin : null;
  const detail =
    from === null
      ? `This request does not come from a page of this server, ${publicOrigin}. Programs use an API token, or send that address as Origin.`
      : `This request comes from a page of ${from}, and this server is ${publicOrigin}. If people open it at ${from}, set CODEX_PUBLIC_URL=${from} and start it again. Programs use an API token.`;
  return new Problem('ORIGIN_FORBIDDEN', { detail });
}
