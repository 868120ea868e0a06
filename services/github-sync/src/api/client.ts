import type { ForgeBudget } from '@claude-codex/contracts';
import type { ProxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import type { Octokit as Core } from '@octokit/core';
import type { Api } from '@octokit/plugin-rest-endpoint-methods';
import { limited, limitedUntil } from './faults.ts';

export type GithubClient = Core & Api;

/** A client for one credential, and what GitHub said last of how much may still be asked with it. */
export interface Client {
  readonly octokit: GithubClient;
  budget(): ForgeBudget | null;
}

/** A repository on GitHub, as whoever acts there sees it. */
export interface RepositoryPlace {
  readonly octokit: GithubClient;
  readonly owner: string;
  readonly repo: string;
}

export interface ApiSettings {
  readonly apiUrl: string;
  readonly proxy: ProxyVariables;
}

/** GitHub answers within its own ten seconds, or not at all. */
const TIMEOUT_MS = 15_000;
const USER_AGENT = 'claude-codex';

/**
 * The libraries take 10 MB: they are loaded when a workspace is connected to GitHub, and most processes have none. While
 * GitHub takes no more requests it is asked none: whoever goes on asking is shut out for longer.
 * @param token null: as nobody
 */
export async function createClient(
  { apiUrl, proxy }: ApiSettings,
  token: string | null,
  now: () => number = Date.now,
): Promise<Client> {
  const [{ Octokit }, { restEndpointMethods }, { retry }, { EnvHttpProxyAgent, fetch }] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-rest-endpoint-methods'),
    import('@octokit/plugin-retry'),
    import('undici'),
  ]);
  const { HTTP_PROXY, http_proxy, HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = proxy;
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: http_proxy ?? HTTP_PROXY ?? '',
    httpsProxy: https_proxy ?? HTTPS_PROXY ?? '',
    noProxy: no_proxy ?? NO_PROXY ?? '',
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
  });
  let budget: ForgeBudget | null = null;
  const octokit = new (Octokit.plugin(restEndpointMethods, retry))({
    ...(token === null ? {} : { auth: token }),
    baseUrl: apiUrl,
    userAgent: USER_AGENT,
    // What fails for longer than a moment is tried again by whoever asked, later and for as long as it takes.
    retry: { retries: 1, doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 429] },
    request: { fetch: (url: string, options: object) => fetch(url, { ...options, dispatcher }) },
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  // It may have been done although no answer came: whoever asked looks first, and asks again then.
  octokit.hook.before('request', (options) => {
    if (options.method === 'POST') options.request.retries = 0;
  });
  // GraphQL has a limit of its own.
  const restUntil = { rest: 0, graphql: 0 };
  octokit.hook.wrap('request', async (request, options) => {
    const kind = options.url.endsWith('/graphql') ? 'graphql' : 'rest';
    if (now() < restUntil[kind]) throw limited(restUntil[kind]);
    const note = (headers: Headers) => {
      if (kind === 'rest') budget = budgetIn(headers) ?? budget;
    };
    try {
      const response = await request(options);
      note(response.headers);
      return response;
    } catch (error) {
      note(headersOf(error));
      restUntil[kind] = limitedUntil(error, now()) ?? restUntil[kind];
      throw error;
    }
  });
  return { octokit, budget: () => budget };
}

function nothing(): void {
  // Our own log says what became of a request, with its cause.
}

type Headers = Readonly<Record<string, string | number | undefined>>;

function headersOf(error: unknown): Headers {
  if (!(error instanceof Error) || !('response' in error)) return {};
  return (error.response as { headers?: Headers } | undefined)?.headers ?? {};
}

function budgetIn(headers: Headers): ForgeBudget | null {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers[`x-ratelimit-${name}`]),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return null;
  if (![limit, remaining, reset].every(Number.isFinite)) return null;
  return { limit, remaining, resetsAt: new Date(reset * 1_000).toISOString() };
}
