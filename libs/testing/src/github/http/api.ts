import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../access.ts';
import type { Violation } from '../description/violation.ts';
import { answerGraphql } from '../graphql/answer.ts';
import { notFound, problem, Refusal } from '../refusal.ts';
import type { Limit, World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import { type Effect, refusalOf } from './faults.ts';
import { freshLimit, giveBack, limitHeaders, spend } from './limits.ts';
import type { Match } from './match.ts';
import { readBody } from './read-body.ts';
import type { Answer, Route } from './routes.ts';

/** Beside the REST API, as GitHub Enterprise has it. */
export const GRAPHQL_PATH = '/api/graphql';
const DOCS = 'https://docs.github.com/rest';
/** Requests an hour without a token. */
const ANONYMOUS_LIMIT = 60;

/** A request and its answer, as they are compared with the official description. */
export interface Exchange {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly requestBody: unknown;
  readonly status: number;
  readonly body?: unknown;
}

/** What a request is taken from. */
interface Budget {
  readonly rate: Limit;
  readonly resource: 'core' | 'graphql';
}

interface Asked {
  readonly url: URL;
  readonly match: Match | null;
  readonly effect: Effect | null;
}

/** @returns what answers one request for the API, with the headers that every answer has */
export function createApi(
  world: World,
  { observe, violated }: { observe(exchange: Exchange): void; violated(violation: Violation): void },
) {
  const anonymous = freshLimit(ANONYMOUS_LIMIT);

  return async (request: IncomingMessage, response: ServerResponse, { url, match, effect }: Asked): Promise<void> => {
    const isGraphql = url.pathname === GRAPHQL_PATH;
    let budget: Budget = { rate: anonymous, resource: 'core' };
    let body: unknown;
    const answer = await refusable(async () => {
      body = await readBody(request);
      const failing = effect === null ? null : refusalOf(effect);
      if (failing !== null) throw failing;
      const actor = authenticate(world, request.headers.authorization);
      budget = budgetOf(actor, isGraphql) ?? budget;
      if (match?.route.operation !== 'rate-limit/get' && !spend(budget.rate))
        throw new Refusal(403, 'API rate limit exceeded');
      if (isGraphql) return answerGraphql({ world, actor, body }, violated);
      if (match === null) throw notFound();
      const onApi = new URL(url.pathname + url.search, world.at.api);
      return match.route.handle({ world, actor, params: match.params, url: onApi, body });
    });
    if (match !== null && effect?.kind !== 'status')
      observe({ route: match.route, query: url.searchParams, requestBody: body, ...answer });
    if (effect?.kind === 'lose-answer') request.socket.destroy();
    else write(request, response, answer, budget);
  };
}

/** A refusal is an answer; what else goes wrong is a mistake of the stand-in, and says what it is. */
async function refusable(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, `the stand-in failed: ${stackOf(error)}`);
    return { status: refusal.status, body: problem(refusal, DOCS), headers: refusal.headers };
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body, headers }: Answer,
  { rate, resource }: Budget,
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const isKnown = request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag;
  if (isKnown) giveBack(rate);
  response.writeHead(isKnown ? 304 : status, {
    ...limitHeaders(rate, resource),
    'x-github-request-id': randomBytes(8).toString('hex').toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    'cache-control': 'private, max-age=60, s-maxage=60',
    etag,
    ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(isKnown ? undefined : text);
}

/** Of GraphQL one point for each request: the smallest there is, and as much as ours cost. Null for nobody. */
function budgetOf(actor: Actor, isGraphql: boolean): Budget | null {
  switch (actor.kind) {
    case 'token':
      return isGraphql
        ? { rate: actor.token.points, resource: 'graphql' }
        : { rate: actor.token.rate, resource: 'core' };
    case 'app':
      return { rate: actor.app.rate, resource: 'core' };
    default:
      return null;
  }
}
