import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './error-handler.ts';

export interface KnownRoute {
  method: string;
  url: string;
}

/** 405 with `Allow` where the address exists for other methods, 404 otherwise. */
export function answerNotFound(routes: readonly KnownRoute[], request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?', 1)[0] ?? '/';
  const allowed = [...new Set(routes.filter((route) => matches(route.url, path)).map((route) => route.method))];
  if (allowed.length > 0) {
    sendProblem(reply, {
      code: 'METHOD_NOT_ALLOWED',
      detail: `${request.method} is not possible here; ${allowed.join(', ')} ${allowed.length > 1 ? 'are' : 'is'}.`,
      headers: { allow: allowed.join(', ') },
    });
    return;
  }
  sendProblem(reply, { code: 'NOT_FOUND', detail: 'There is nothing at this address.' });
}

/** A catch-all such as `/*` names no address of its own, so it does not count. */
function matches(pattern: string, path: string): boolean {
  if (pattern.endsWith('*')) return false;
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith(':') || part === given[index]);
}
