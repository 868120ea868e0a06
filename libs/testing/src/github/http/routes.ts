import type { z } from 'zod';
import { type Actor, isAtLeast, isPermitted, roleOfActor } from '../access.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Account, Repository, Role } from '../state.ts';
import { type App, accountOf, inTurn, type Token, type World } from '../world.ts';

export interface Answer {
  readonly status: number;
  /** Absent: no content. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Call {
  readonly world: World;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  /** With the query. */
  readonly url: URL;
  readonly body: unknown;
}

export interface Route {
  /** `pulls/create`, as the official description calls it. */
  readonly operation: string;
  readonly method: Method;
  /** With names in braces. */
  readonly path: string;
  handle(call: Call): Promise<Answer> | Answer;
}
export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type Handler<C> = (call: C) => Promise<Answer> | Answer;

export interface RepositoryCall<B = unknown> extends Call {
  readonly repository: Repository;
  readonly by: Account;
  readonly body: B;
}

interface Needs<B extends z.ZodType> {
  /** One of these permissions of a token; reading or writing follows from the method, unless `level` says so. */
  readonly permission: string | readonly string[];
  /** Of the account on the repository, for what is no reading. */
  readonly role?: Role;
  readonly body?: B;
}

/** A route below `/repos/{owner}/{repo}`. Whoever may not see the repository gets 404, as if it were not there. */
export function repositoryRoute<B extends z.ZodType>(
  operation: string,
  method: Method,
  path: string,
  needs: Needs<B>,
  handler: Handler<RepositoryCall<z.output<B>>>,
): Route {
  const permissions = [needs.permission].flat();
  const level = method === 'GET' ? 'read' : 'write';
  return {
    operation,
    method,
    path: `/repos/{owner}/{repo}${path}`,
    handle(call) {
      const { world, actor, params } = call;
      const repository = world.repositories.get(`${params.owner}/${params.repo}`.toLowerCase());
      const role = repository === undefined ? null : roleOfActor(repository, actor);
      if (repository === undefined || role === null) throw notFound();
      if (level === 'write' && actor.kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
      if (actor.kind === 'token') {
        const accepted = permissions.map((name) => `${name}=${level}`).join('; ');
        if (!isPermitted(actor.token, repository, permissions, level)) throw notAccessible(actor.token, accepted);
      }
      if (!isAtLeast(role, needs.role ?? 'read')) throw forbidden(needs.role);
      const by = actor.kind === 'token' ? actor.token.account : accountOf(world, 'ghost');
      const body = bodyOf(needs.body, call.body);
      const answer = () => handler({ ...call, repository, by, body });
      return level === 'read' ? answer() : inTurn(repository, async () => answer());
    },
  };
}

export function tokenRoute(
  operation: string,
  method: Method,
  path: string,
  handler: Handler<Call & { readonly token: Token }>,
): Route {
  return {
    operation,
    method,
    path,
    handle(call) {
      if (call.actor.kind !== 'token') throw new Refusal(401, 'Requires authentication');
      return handler({ ...call, token: call.actor.token });
    },
  };
}

/** A route for an app that shows a JWT signed by its key. */
export function appRoute<B extends z.ZodType>(
  operation: string,
  method: Method,
  path: string,
  body: B,
  handler: Handler<Call & { readonly app: App; readonly body: z.output<B> }>,
): Route {
  return {
    operation,
    method,
    path,
    handle(call) {
      if (call.actor.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
      return handler({ ...call, app: call.actor.app, body: bodyOf(body, call.body) });
    },
  };
}

function bodyOf<B extends z.ZodType>(schema: B | undefined, body: unknown): z.output<B> {
  // Without a schema nobody looks at the body.
  if (schema === undefined) return undefined as z.output<B>;
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
}

function notAccessible(token: Token, accepted: string): Refusal {
  const who = token.installation === null ? 'personal access token' : 'integration';
  return new Refusal(403, `Resource not accessible by ${who}`, {
    headers: { 'x-accepted-github-permissions': accepted },
  });
}

function forbidden(role: Role | undefined): Refusal {
  return new Refusal(403, `Must have ${role === 'admin' ? 'admin rights' : `${role} access`} to Repository.`);
}
