import type { Problem } from '@claude-codex/contracts';

/** The server said no: its problem+json, whole. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
  }
}

export interface Api {
  readonly url: string;
  readonly token: string | null;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body?: unknown): Promise<T>;
  /** The answer as it came, whatever its status. */
  raw(method: string, path: string, init?: { body?: string; headers?: Record<string, string> }): Promise<Response>;
  as(token: string): Api;
}

/** The REST API as a program uses it: with a token, and problem+json as errors. */
export function createApi(url: string, token: string | null = null): Api {
  async function raw(method: string, path: string, init: { body?: string; headers?: Record<string, string> } = {}) {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    return fetch(`${url}${path}`, {
      method,
      headers: { ...authorization, ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
  }
  async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await raw(method, path, {
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? null : JSON.parse(text);
    if (!response.ok) throw new ApiProblem(response.status, answer);
    return answer as T;
  }
  return {
    url,
    token,
    raw,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body ?? {}),
    put: (path, body) => send('PUT', path, body ?? {}),
    patch: (path, body) => send('PATCH', path, body ?? {}),
    as: (other) => createApi(url, other),
  };
}
