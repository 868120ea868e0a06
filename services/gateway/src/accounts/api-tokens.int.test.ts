import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

type Created = { token: string; id: string; scope: string; expiresAt: string | null };
const create = async (client: Client, body: object) => (await client.call('POST', '/api/tokens', body)).body as Created;
const DAY_MS = 24 * 60 * 60 * 1000;

describe('API tokens', () => {
  it('act as their person, are shown once, kept as a hash, and die when revoked', async () => {
    const { token, id } = await create(owner, { name: 'CI', scope: 'write' });
    expect(token).toMatch(/^cdx_[\w-]{43}$/);
    const program = createClient(gateway, token);
    expect((await program.call('GET', '/api/board')).status).toBe(200);
    expect((await program.call('PUT', '/api/preferences', { theme: 'dark' })).status).toBe(200);
    const { rows } = await gateway.admin.query('select * from accounts.api_token');
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
    expect(JSON.stringify((await owner.call('GET', '/api/tokens')).body)).not.toContain(token);
    expect((await owner.call('DELETE', `/api/tokens/${id}`)).status).toBe(204);
    const after = await program.call('GET', '/api/board');
    expect([after.status, after.problem.code]).toEqual([401, 'TOKEN_INVALID']);
  });

  it.each(['cdx_short', 'nonsense', `cdx_${'a'.repeat(43)}`])('refuses %s', async (token) => {
    const answer = await createClient(gateway, token).call('GET', '/api/board');
    expect([answer.status, answer.problem.code]).toEqual([401, 'TOKEN_INVALID']);
  });

  it('only read, and expire after 90 days, unless something else is asked for', async () => {
    const made = await create(owner, { name: 'default' });
    expect(made.scope).toBe('read');
    expect(Math.round((Date.parse(made.expiresAt ?? '') - Date.now()) / DAY_MS)).toBe(90);
    const answer = await createClient(gateway, made.token).call('PUT', '/api/preferences', { theme: 'dark' });
    expect([answer.status, answer.problem.code]).toEqual([403, 'SCOPE_REQUIRED']);
  });

  it('without an end are for owners alone', async () => {
    const vera = await join(gateway, owner, 'viewer', 'Vera');
    const refused = await vera.call('POST', '/api/tokens', { name: 'for ever', expiresInDays: null });
    expect([refused.status, refused.problem.code]).toEqual([400, 'TOKEN_EXPIRY_NEEDED']);
    expect(refused.problem.errors).toMatchObject([{ field: 'body.expiresInDays' }]);
    expect((await create(owner, { name: 'for ever', expiresInDays: null })).expiresAt).toBeNull();
  });

  it('never give more than their person has', async () => {
    const eddy = await join(gateway, owner, 'viewer', 'Eddy');
    const { token } = await create(eddy, { name: 'all of it', scope: 'admin' });
    const answer = await createClient(gateway, token).call('POST', '/api/repositories', { source: { kind: 'sample' } });
    expect([answer.status, answer.problem.code]).toEqual([403, 'ROLE_REQUIRED']);
  });

  it('mint nothing, whatever their scope', async () => {
    const program = createClient(gateway, (await create(owner, { name: 'all', scope: 'admin' })).token);
    for (const [path, body] of [
      ['/api/tokens', { name: 'child' }],
      ['/api/invites', { role: 'owner' }],
      ['/api/members/somebody/password-link', undefined],
      ['/api/password', { current: 'x', password: 'four words not together' }],
    ] as const) {
      const answer = await program.call('POST', path, body);
      expect([path, answer.status, answer.problem.code]).toEqual([path, 403, 'SESSION_REQUIRED']);
    }
  });

  it('made before there were scopes may do what their person may, except minting', async () => {
    const { token, id } = await create(owner, { name: 'old', scope: 'read' });
    await gateway.admin.query('alter table accounts.api_token drop constraint api_token_scope_check');
    await gateway.admin.query('alter table accounts.api_token drop column scope');
    const { migrations } = await import('@claude-codex/infra/migrations');
    const access =
      migrations
        .find(({ name }) => name.endsWith('-access'))
        ?.statements()
        .join('\n') ?? '';
    for (const statement of access.match(/alter table accounts\.api_token[^;]+;/g) ?? []) {
      await gateway.admin.query(statement);
    }
    const { rows } = await gateway.admin.query('select scope from accounts.api_token where id = $1', [id]);
    expect(rows).toEqual([{ scope: 'admin' }]);
    const program = createClient(gateway, token);
    expect((await program.call('PUT', '/api/preferences', { theme: 'light' })).status).toBe(200);
    expect((await program.call('POST', '/api/tokens', { name: 'child' })).status).toBe(403);
  });
});
