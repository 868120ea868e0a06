import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '../access.ts';
import { isGitPath, serveGit } from '../git/access.ts';
import { notFound, problem, Refusal } from '../refusal.ts';
import type { Limit, World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { type Faults, refusalOf } from './faults.ts';
import { jobLog } from './job-logs.ts';
import { freshLimit, giveBack, limitHeaders, spend } from './limits.ts';
import { createMatcher } from './match.ts';
import { readBody } from './read-body.ts';
import type { RequestCounts } from './requests.ts';
import type { Answer, Call, Route } from './routes.ts';

const API = '/api/v3';
const DOCS = 'https://docs.github.com/rest';

/** A request and its answer, as they are compared with the official description. */
export interface Exchange {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly requestBody: unknown;
  readonly status: number;
  readonly body?: unknown;
}

export interface ServerParts {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly requests: RequestCounts;
  /** Hears of every request that met a route. */
  observe(exchange: Exchange): void;
}

/** @returns what answers requests for the API and for git, on one address or two. */
export function createHandler({ world, routes, faults, requests, observe }: ServerParts) {
  const matchOf = createMatcher(routes);
  const anonymous = freshLimit(60);

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', world.at.web);
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : null;
    const isGit = path === null && isGitPath(decodeURIComponent(url.pathname));
    const method = request.method ?? 'GET';
    const match = path === null ? null : matchOf(method, path);
    const operation = match?.route.operation ?? (isGit ? 'git' : null);
    const effect = faults.take({ method, path: path ?? url.pathname, operation });
    if (effect?.kind === 'delay') await wait(effect.ms);
    if (effect?.kind === 'hang-up') {
      requests.add(operation ?? 'unknown', 0);
      request.socket.destroy();
      return;
    }
    if (isGit) {
      if (effect?.kind === 'status') return void response.writeHead(effect.status).end();
      await serveGit(world, request, response);
      requests.add('git', response.statusCode);
      return;
    }
    const log = jobLog(world, url.pathname);
    if (log !== null) return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(log);

    let rate: Limit = anonymous;
    let body: unknown;
    const answer = await refusable(async () => {
      body = await readBody(request);
      const failing = effect === null ? null : refusalOf(effect);
      if (failing !== null) throw failing;
      const actor = authenticate(world, request.headers.authorization);
      rate = rateOf(actor) ?? anonymous;
      if (match?.route.operation !== 'rate-limit/get' && !spend(rate))
        throw new Refusal(403, 'API rate limit exceeded');
      if (url.pathname === '/api/graphql') throw new Refusal(501, 'GraphQL is not played');
      if (match === null) throw notFound();
      const call: Call = { world, actor, params: match.params, url: onApi(world, url), body };
      return match.route.handle(call);
    });
    if (match !== null && effect?.kind !== 'status')
      observe({ route: match.route, query: url.searchParams, requestBody: body, ...answer });
    const status = write(request, response, answer, rate, effect?.kind === 'lose-answer');
    requests.add(operation ?? 'unknown', status);
  };
}

/** A refusal is an answer; what else goes wrong is a mistake of ours and says what it is. */
async function refusable(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, `the stand-in failed: ${String((error as Error).stack)}`);
    return { status: refusal.status, body: problem(refusal, DOCS), headers: refusal.headers };
  }
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
  rate: Limit,
  lose: boolean,
): number {
  const text = body === undefined ? '' : JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const isKnown = request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag;
  if (isKnown) giveBack(rate);
  if (lose) {
    request.socket.destroy();
    return status;
  }
  response.writeHead(isKnown ? 304 : status, {
    ...limitHeaders(rate),
    'x-github-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'cache-control': 'private, max-age=60, s-maxage=60',
    etag,
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(isKnown ? undefined : text);
  return isKnown ? 304 : status;
}

function rateOf(actor: Actor): Limit | null {
  switch (actor.kind) {
    case 'token':
      return actor.token.rate;
    case 'app':
      return actor.app.rate;
    default:
      return null;
  }
}

/** By the address of the API, whichever door the request came through. */
function onApi({ at }: World, { pathname, search }: URL): URL {
  return new URL(pathname + search, at.api);
}
