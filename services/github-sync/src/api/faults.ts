import { cutText } from '@claude-codex/contracts/text';
import { utcTime } from '@claude-codex/contracts/time';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { RequestError } from '@octokit/request-error';

/** GitHub answered, and the answer is no. `message`: its words. */
export class GithubRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GithubRefused';
    this.status = status;
  }
}

/**
 * Asks GitHub. Throws `ForgeAway` when it cannot be asked now, and `GithubRefused` when it says no.
 * @param shown what we show to be let in, as a person calls it
 */
export async function asking<Answer>(request: Promise<Answer>, now: number, shown = 'the token'): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    throw faultOf(error, now, shown);
  }
}

function faultOf(error: unknown, now: number, shown: string): unknown {
  if (!(error instanceof RequestError)) return error;
  const cause = { cause: error };
  const { status, response } = error;
  // Without an answer octokit says 500.
  if (response === undefined || status >= 500) return new ForgeAway('forge_away', 'GitHub does not answer.', cause);
  if (status === 401) {
    return new ForgeAway('forge_credential_refused', `GitHub does not accept ${shown}: ${wordsOf(error)}.`, cause);
  }
  const retryAt = limitedUntil(error, now);
  return retryAt === null ? new GithubRefused(status, wordsOf(error), cause) : limited(retryAt, cause);
}

/** @param retryAt in ms since 1970 */
export function limited(retryAt: number, options?: ErrorOptions): ForgeAway {
  const until = utcTime(new Date(retryAt).toISOString());
  return new ForgeAway('forge_limited', `GitHub takes no more requests until ${until}.`, { ...options, retryAt });
}

/** Both kinds of limit, the hour's budget and too much at once: when it ends (ms since 1970), null for other errors. */
export function limitedUntil(error: unknown, now: number): number | null {
  if (!(error instanceof RequestError)) return null;
  const { status, response } = error;
  if (status !== 403 && status !== 429) return null;
  const headers = response?.headers ?? {};
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after) && after > 0) return now + after * 1_000;
  const resetAt = Number(headers['x-ratelimit-reset']) * 1_000;
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(resetAt)) return resetAt;
  // The second kind may come without a time.
  const isLimit = status === 429 || /rate limit/i.test(wordsOf(error));
  return isLimit ? now + 60_000 : null;
}

/** GitHub's own sentence, with what it says of single fields. */
function wordsOf({ response, message }: RequestError): string {
  const data = (response?.data ?? {}) as { message?: unknown; errors?: unknown };
  const errors = Array.isArray(data.errors) ? data.errors : [];
  const details = errors.map((one: unknown) => detailOf(one)).filter((detail) => detail !== '');
  const first = typeof data.message === 'string' ? data.message : message;
  return cutText([first, ...details].join('; ').replace(/\s+/g, ' ').trim().replace(/\.$/, ''), 300);
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  const { message, field, code } = error as Record<string, unknown>;
  if (typeof message === 'string') return message;
  return [field, code].filter((part) => typeof part === 'string').join(' ');
}
