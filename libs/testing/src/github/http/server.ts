import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Violation } from '../description/violation.ts';
import { isGitPath, serveGit } from '../git/access.ts';
import { serveSite } from '../web/site.ts';
import type { World } from '../world.ts';
import { createApi, type Exchange, GRAPHQL_PATH } from './api.ts';
import type { Faults } from './faults.ts';
import { jobLog } from './job-logs.ts';
import { createMatcher } from './match.ts';
import type { RequestCounts } from './requests.ts';
import type { Route } from './routes.ts';

const API = '/api/v3';

export interface ServerParts {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly requests: RequestCounts;
  /** Hears of every request that met a route. */
  observe(exchange: Exchange): void;
  /** Hears of every request for GraphQL that is not as its schema says. */
  violated(violation: Violation): void;
}

/** @returns what answers requests for the API, for git and for logs of jobs, on one address or two */
export function createHandler({ world, routes, faults, requests, ...hearing }: ServerParts) {
  const matchOf = createMatcher(routes);
  const answerApi = createApi(world, hearing);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', world.at.web);
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : null;
    const isGit = path === null && isGitPath(decodeURIComponent(url.pathname));
    const method = request.method ?? 'GET';
    const match = path === null ? null : matchOf(method, path);
    const isGraphql = url.pathname === GRAPHQL_PATH;
    const operation = match?.route.operation ?? (isGit ? 'git' : isGraphql ? 'graphql' : null);
    const effect = faults.take({ method, path: path ?? url.pathname, operation });
    const log = jobLog(world, url.pathname);
    if (effect?.kind === 'delay') await wait(effect.ms);
    if (effect?.kind === 'hang-up') request.socket.destroy();
    else if (isGit && effect?.kind === 'status') response.writeHead(effect.status).end();
    else if (isGit) await serveGit(world, request, response);
    else if (log !== null) response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(log);
    else if (path === null && !isGraphql) await serveSite(world, request, response);
    else await answerApi(request, response, { url, match, effect });
    requests.add(operation ?? 'unknown', response.statusCode);
  };
}
