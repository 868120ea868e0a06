import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { OWNER, startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { SseReader } from '../stream/sse-reader.fixture.ts';

let gateway: TestGateway;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

/** The time of these is over, as if we had waited so long. */
async function expire(table: string, where: string, value: string): Promise<void> {
  const sql = `update accounts.${table} set expires_at = now() - interval '1 second' where ${where} = $1`;
  expect((await gateway.admin.query(sql, [value])).rowCount).toBe(1);
}

const tokenIn = (body: unknown) => new URL((body as { url: string }).url).searchParams.get('token');
const personOf = async (client: Client) =>
  ((await client.call('GET', '/api/session')).body as SessionView).person?.id ?? '';

async function apiToken(): Promise<{ id: string; program: Client }> {
  const { body } = await owner.call('POST', '/api/tokens', { name: 'CI', expiresInDays: 1 });
  const { id, token } = body as { id: string; token: string };
  return { id, program: createClient(gateway, token) };
}

/** What was remembered of a way in for a moment is a second old at most. */
const untilRefused = (ask: () => Promise<{ status: number }>) =>
  expect.poll(async () => (await ask()).status, { timeout: 5_000 }).toBe(401);

describe('what is good for a time only is nothing after it', () => {
  it('an invite', async () => {
    const { body } = await owner.call('POST', '/api/invites', { role: 'owner' });
    await expire('invite', 'id', (body as { id: string }).id);
    const person = { token: tokenIn(body), name: 'Late', email: 'late@example.org', password: OWNER.password };
    const answer = await createClient(gateway).call('POST', '/api/invites/accept', person);
    expect([answer.status, answer.problem.code]).toEqual([410, 'INVITE_INVALID']);
  });

  it('a link for a new password', async () => {
    const id = await personOf(await join(gateway, owner, 'viewer', 'Lina'));
    const { body } = await owner.call('POST', `/api/members/${id}/password-link`);
    await expire('password_link', 'person_id', id);
    const reset = { token: tokenIn(body), password: 'four words not together' };
    const answer = await createClient(gateway).call('POST', '/api/password/reset', reset);
    expect([answer.status, answer.problem.code]).toEqual([410, 'RESET_INVALID']);
  });

  it('an API token', async () => {
    const { id, program } = await apiToken();
    expect((await program.call('GET', '/api/board')).status).toBe(200);
    await expire('api_token', 'id', id);
    await untilRefused(() => program.call('GET', '/api/board'));
  });

  it('a session', async () => {
    const sam = await join(gateway, owner, 'viewer', 'Sam');
    await expire('session', 'person_id', await personOf(sam));
    // Its cookies carry a copy of nothing: the row alone says how long it is good.
    await untilRefused(() => sam.call('GET', '/api/board'));
  });

  it.each(['session', 'api_token'])('an open stream of a %s', async (kind) => {
    const ways = {
      session: async () => {
        const client = await join(gateway, owner, 'viewer', 'Mia');
        return { client, where: 'person_id', value: await personOf(client) };
      },
      api_token: async () => {
        const { id, program } = await apiToken();
        return { client: program, where: 'id', value: id };
      },
    };
    const { client, where, value } = await ways[kind as keyof typeof ways]();
    const headers =
      client.token === null ? { cookie: client.cookie ?? '' } : { authorization: `Bearer ${client.token}` };
    const reader = new SseReader();
    const ended = reader.read(`${gateway.address}/api/stream`, headers);
    await expect.poll(() => reader.received.length, { timeout: 5_000 }).toBeGreaterThan(0);
    const from = performance.now();
    await expire(kind, where, value);
    await ended;
    expect(reader.status).toBe(200);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
