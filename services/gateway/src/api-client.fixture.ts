import type { Problem } from '@claude-codex/contracts';
import { OWNER, SETUP_TOKEN, type TestGateway } from './gateway.fixture.ts';

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; null when there is no body. */
  body: never;
  problem: Problem;
}

export interface Client {
  cookie: string | null;
  token: string | null;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** A browser or program of a test: keeps its cookie, sends the page's origin. */
export function createClient({ address }: Pick<TestGateway, 'address'>, token: string | null = null): Client {
  const client: Client = {
    cookie: null,
    token,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${address}${path}`, {
        method,
        headers: {
          ...(client.token === null ? { origin: address } : { authorization: `Bearer ${client.token}` }),
          ...(client.cookie === null ? {} : { cookie: client.cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      client.cookie = withCookies(client.cookie, response.headers.getSetCookie());
      const text = await response.text();
      const parsed = text === '' ? null : JSON.parse(text);
      return { status: response.status, headers: response.headers, body: parsed as never, problem: parsed };
    },
  };
  return client;
}

/** What a browser keeps: a cookie set anew replaces the one of its name, an empty one is gone. */
function withCookies(kept: string | null, set: readonly string[]): string | null {
  const pairs = [...(kept?.split('; ') ?? []), ...set.map((line) => line.split(';', 1)[0] ?? '')];
  const jar = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair]));
  return [...jar.values()].filter((pair) => !pair.endsWith('=')).join('; ') || null;
}

/** The owner of a fresh gateway, logged in. */
export async function setUp(gateway: TestGateway): Promise<Client> {
  const client = createClient(gateway);
  const answer = await client.call('POST', '/api/setup', { token: SETUP_TOKEN, workspace: 'Test', ...OWNER });
  if (answer.status !== 201) throw new Error(`set-up answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return client;
}

/** Somebody who joined by an invite, logged in. */
export async function join(gateway: TestGateway, owner: Client, role: string, name: string): Promise<Client> {
  const invite = await owner.call('POST', '/api/invites', { role });
  const token = new URL((invite.body as { url: string }).url).searchParams.get('token');
  const client = createClient(gateway);
  const email = `${name.toLowerCase()}@example.org`;
  const answer = await client.call('POST', '/api/invites/accept', { token, name, email, password: OWNER.password });
  if (answer.status !== 201) throw new Error(`joining answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return client;
}
