import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderCause } from '@claude-codex/contracts/provider';
import { cutText } from '@claude-codex/contracts/text';
import { z } from 'zod';
import { rateLimitOf } from './rate-limit.ts';
import { remedyFor, UpstreamSilent } from './upstream.ts';

/** What is wrong with the provider. Its own words are part of `detail`, so that a person can look them up. */
export interface ProviderFault {
  readonly cause: ProviderCause;
  readonly detail: string;
  /** Waiting alone does not heal it: somebody has to change a key, an address or an account. */
  readonly needsPerson: boolean;
  /** When the provider says that it goes on; null when it did not. */
  readonly retryAt: Date | null;
}

/** An answer that was read to its end because it is not the one that was asked for. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const ErrorBody = z.object({ error: z.object({ type: z.string().optional(), message: z.string() }) });
/** What a team server says to a further host. */
const ProblemBody = z.object({ detail: z.string() });
const LONGEST = 300;

/**
 * What a provider's answer says about the provider, or null when it is about the request itself: such an answer is the
 * agent's, who can ask otherwise.
 */
export function faultOf({ status, headers, body }: RefusedAnswer): ProviderFault | null {
  const words = wordsOf(body);
  const said = `${status}${words === '' ? '' : `: ${words}`}`;
  const person = (cause: ProviderCause, what: string): ProviderFault => ({
    cause,
    detail: `${what} (${said})`,
    needsPerson: true,
    retryAt: null,
  });
  const passing = (cause: ProviderCause, what: string, retryAt: Date | null = null): ProviderFault => ({
    cause,
    detail: `${what} (${said})`,
    needsPerson: false,
    retryAt,
  });
  if (status >= 200 && status < 300) return person('model_address_wrong', 'what answers is no model provider');
  if (status >= 300 && status < 400) return person('model_address_wrong', 'the model provider sends elsewhere');
  if (status === 401) return person('model_credential_refused', 'the model provider refuses its credential');
  if (status === 402 || (status === 400 && /credit balance|billing/i.test(words)))
    return person('model_no_credit', 'the account at the model provider has no credit');
  if (status === 403) return person('model_not_allowed', 'the model provider does not allow this call');
  if (status === 404) return person('model_unknown', 'the model provider does not know this model or address');
  if (status === 407) return person('model_address_wrong', 'a proxy on the way to the model provider wants a login');
  if (status === 429) {
    const { resetsAt } = rateLimitOf(headers, new Date());
    return passing(
      'model_limit',
      'the limit at the model provider is reached',
      resetsAt === null ? null : new Date(resetsAt),
    );
  }
  if (status === 529 || status === 503) return passing('model_overloaded', 'the model provider is overloaded');
  if (status === 408 || status >= 500) return passing('model_failing', 'the model provider fails');
  return null;
}

/** The same for a call that got no answer. */
export function faultOfFailure(error: unknown): ProviderFault {
  if (error instanceof UpstreamSilent) {
    const detail = `the model provider does not answer (${error.message})`;
    return { cause: 'model_silent', detail, needsPerson: false, retryAt: null };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'the connection broke';
  const remedy = remedyFor(error);
  return {
    cause: 'model_unreachable',
    detail: `the model provider cannot be reached (${code})${remedy}`,
    needsPerson: remedy !== '',
    retryAt: null,
  };
}

/** The provider's own message, else the beginning of what came instead of one. */
function wordsOf(body: string): string {
  const json = jsonOf(body);
  const words =
    ErrorBody.safeParse(json).data?.error.message ??
    ProblemBody.safeParse(json).data?.detail ??
    body.replace(/<[^>]*>/g, ' ');
  return cutText(words.replace(/\s+/g, ' ').trim(), LONGEST);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, or nothing: its words are shown as they are.
    return null;
  }
}
