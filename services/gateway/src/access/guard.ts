import { Problem } from '@claude-codex/service-kit/http/problem';
import { routesOf } from '@claude-codex/service-kit/http/routes';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../accounts/identify.ts';
import { checkOrigin } from './origin.ts';
import { accessOf, checkPolicy } from './policy.ts';
import { hasRole, notAuthenticated } from './principal.ts';

/**
 * Applies the policy to every request before anything of it is read, and refuses to start when the policy and the
 * routes disagree.
 */
export function addGuard(app: HttpServer, options: { identify: Identify; publicOrigin: string }): void {
  const { identify, publicOrigin } = options;
  app.decorateRequest('principal', null);

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
    if (!hasRole(principal.role, access)) {
      throw new Problem('ROLE_REQUIRED', {
        detail: `This needs the role ${access}; you are ${principal.role} here. An owner can change that.`,
      });
    }
    request.principal = principal;
  });

  app.addHook('onReady', async () => checkPolicy(routesOf(app)));
}
