import { may } from '@claude-codex/contracts/access';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { routesOf } from '@claude-codex/service-kit/http/routes';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../accounts/identify.ts';
import { checkOrigin } from './origin.ts';
import { type Access, accessOf, checkPolicy, isByHand } from './policy.ts';
import { notAuthenticated, type Principal } from './principal.ts';

/** Four times the largest request of somebody who is not logged in. */
const STRANGERS_BODY_BYTES = 16 * 1024;

/**
 * Applies the policy to every request before anything of it is read, and refuses to start when the policy and the
 * routes disagree.
 */
export function addGuard(app: HttpServer, options: { identify: Identify; publicOrigin: string }): void {
  const { identify, publicOrigin } = options;
  app.decorateRequest('principal', null);
  // Before anybody is known, a body is read for nobody: what a login needs, and no more.
  app.addHook('onRoute', (route) => {
    const method = Array.isArray(route.method) ? route.method[0] : route.method;
    if (accessOf(method ?? '', route.url) === 'public') route.bodyLimit ??= STRANGERS_BODY_BYTES;
  });

  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const url = request.routeOptions.url;
    if (url === undefined) return; // answered as 404 or 405
    const access = accessOf(request.method, url);
    if (access === null) throw new Problem('ROLE_REQUIRED', { detail: 'Nobody may use this address.' });
    if (access === 'public') {
      checkOrigin(request, publicOrigin, false);
      return;
    }
    const principal = await identify(request, reply);
    if (principal === null) throw notAuthenticated();
    checkOrigin(request, publicOrigin, principal.via.kind === 'session');
    checkScope(principal, request.method, url);
    checkRole(principal, access);
    request.principal = principal;
  });

  app.addHook('onReady', async () => checkPolicy(routesOf(app)));
}

/** What a token of any scope, or of this one, may not do. */
function checkScope({ via }: Principal, method: string, url: string): void {
  if (via.kind !== 'token') return;
  if (isByHand(method, url)) {
    throw new Problem('SESSION_REQUIRED', {
      detail:
        'No API token does this: it makes or ends a way in, or cannot be taken back. Do it in a browser, under Settings.',
    });
  }
  if (via.scope === 'read' && method !== 'GET' && method !== 'HEAD') {
    throw new Problem('SCOPE_REQUIRED', {
      detail: 'This API token may only read. Make one that may write, under Settings.',
    });
  }
}

function checkRole(principal: Principal, access: Exclude<Access, 'public'>): void {
  if (may(principal, access)) return;
  const { role, via } = principal;
  if (access === 'installation') {
    throw new Problem('ROLE_REQUIRED', {
      detail: 'This concerns every workspace of the installation: an owner of its first workspace does it.',
    });
  }
  const by = via.kind === 'token' ? `this token gives ${role}` : `you are ${role} here`;
  throw new Problem('ROLE_REQUIRED', { detail: `This needs the role ${access}; ${by}. An owner can change that.` });
}
