import type { GithubClient } from './client.ts';
import { asking, GithubRefused, limited } from './faults.ts';

/** A minute for limits that come without their end. */
const LIMIT_MS = 60_000;
/** By GitHub's word for the kind of an error; others are what it calls a request it does not carry out. */
const STATUS: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, INSUFFICIENT_SCOPES: 403 };
const UNPROCESSABLE = 422;

/**
 * Asks what REST does not answer. Throws `ForgeAway` and `GithubRefused` as `asking` does: GitHub's no to a part of what
 * was asked is one to all of it.
 */
export async function askingGraphql<Data>(
  octokit: GithubClient,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  now: number,
): Promise<Data> {
  try {
    return await asking(octokit.graphql<Data>(query, { ...variables }), now);
  } catch (error) {
    throw isAnsweredNo(error) ? faultOf(error, now) : error;
  }
}

/** As octokit throws it, by name: importing its class would load the library (`client.ts`). */
interface AnsweredNo extends Error {
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly errors?: readonly { readonly type?: string; readonly message: string }[];
}

function isAnsweredNo(error: unknown): error is AnsweredNo {
  return error instanceof Error && error.name === 'GraphqlResponseError' && 'headers' in error;
}

function faultOf(error: AnsweredNo, now: number): Error {
  const [{ type = '', message } = { message: error.message }] = error.errors ?? [];
  const cause = { cause: error };
  if (type !== 'RATE_LIMITED') return new GithubRefused(STATUS[type] ?? UNPROCESSABLE, message, cause);
  const resetAt = Number(error.headers['x-ratelimit-reset']) * 1_000;
  return limited(Number.isFinite(resetAt) ? resetAt : now + LIMIT_MS, cause);
}
