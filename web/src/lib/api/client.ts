import type { Problem } from '@claude-codex/contracts';

/** A refused or failed request. `status` is 0 when the server could not be reached at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Wrong fields by their names in the form; where else something was wrong (`path.id`) keeps its full name. */
  readonly fields: readonly { field: string; message: string }[];

  constructor(problem: Pick<Problem, 'title' | 'status' | 'code' | 'detail' | 'errors'>, options?: ErrorOptions) {
    super(problem.title, options);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    // Refused for a reason of its own, a lone field is what all the words are about: they name cause and remedy.
    const isWhole = problem.errors.length === 1 && problem.code !== 'INVALID_FIELD';
    this.fields = problem.errors.map(({ field, expected }) => ({
      field: field.replace(/^body\./, ''),
      message: isWhole ? problem.detail : expected,
    }));
  }

  /** What to show beside a field; null when the problem is about something else. `source` also covers `source.path`. */
  field(name: string): string | null {
    return this.fields.find((error) => error.field === name || error.field.startsWith(`${name}.`))?.message ?? null;
  }
}

/** How a request is sent: by the browser, or by a page's `load`, which keeps what it read for the browser. */
export type Fetch = typeof fetch;
let plainFetch: Fetch = (input, init) => fetch(input, init);
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Query = Record<string, string | number | boolean | null | undefined>;

interface RequestOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal;
  /** Repeating a command under the same key does it once. */
  readonly commandId?: string;
  readonly fetch?: Fetch | undefined;
}

/** On the server only a `load` reads: what a part of a page reads for itself waits for the browser. */
export function readInLoadsOnly(): void {
  plainFetch = () => new Promise(() => undefined);
}

/**
 * One JSON request to the gateway.
 * @throws {ApiProblem} for every answer that is not 2xx, and with status 0 when there was no answer.
 */
export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, body, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** The same for a plain text answer. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  const response = await send('GET', path, undefined, options);
  return response.text();
}

async function send(method: Method, path: string, body: unknown, options: RequestOptions): Promise<Response> {
  // No header of a read: what a page read on the server is found again by its address alone.
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = options.commandId ?? randomKey();
  let response: Response;
  try {
    response = await (options.fetch ?? plainFetch)(`/api${path}${queryString(options.query)}`, {
      method,
      ...(method === 'GET' ? {} : { headers }),
      body: body === undefined ? null : JSON.stringify(body),
      signal: options.signal ?? null,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

function unreachable(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      title: 'The server does not answer',
      status: 0,
      code: 'SERVER_GONE',
      detail: 'Nothing was lost: what you typed is still here. Try again when the server is back.',
      errors: [],
    },
    { cause },
  );
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const fallback = {
    title: `The server answered ${response.status}`,
    status: response.status,
    code: 'UNEXPECTED_ANSWER',
    detail: 'Try again; if it stays, the server’s log says more.',
    errors: [],
  };
  if (!response.headers.get('content-type')?.includes('json')) return new ApiProblem(fallback);
  const problem = (await response.json()) as Partial<Problem>;
  return new ApiProblem({ ...fallback, ...problem });
}

function queryString(query: Query | undefined): string {
  const entries = Object.entries(query ?? {}).filter((entry) => entry[1] !== undefined && entry[1] !== null);
  if (entries.length === 0) return '';
  return `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()}`;
}

/** `crypto.randomUUID` exists only on https and loopback; a server on the local network is neither. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Words for any thrown thing, for a message a person reads. */
export function explain(error: unknown): { title: string; detail: string } {
  if (error instanceof ApiProblem) return { title: error.message, detail: error.detail };
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
}
