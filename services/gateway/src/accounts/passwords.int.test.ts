import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { OWNER, startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { otherWorkspace } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
const NEW = 'four words not together';

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

async function idOf(client: Client): Promise<string> {
  return ((await client.call('GET', '/api/session')).body as SessionView).person?.id ?? '';
}

async function logIn(email: string, password: string): Promise<{ status: number; client: Client }> {
  const client = createClient(gateway);
  const { status } = await client.call('POST', '/api/login', { email, password });
  return { status, client };
}

describe('a password', () => {
  it('that everybody tries first is refused wherever one is chosen', async () => {
    const invite = await owner.call('POST', '/api/invites', { role: 'viewer' });
    const token = new URL((invite.body as { url: string }).url).searchParams.get('token');
    const person = { token, name: 'Ivy', email: 'ivy@example.org' };
    const joining = (password: string) =>
      createClient(gateway).call('POST', '/api/invites/accept', { ...person, password });
    const common = await joining('Password123');
    expect([common.status, common.problem.code]).toEqual([400, 'PASSWORD_COMMON']);
    expect(common.problem.errors).toMatchObject([{ field: 'body.password' }]);
    const changing = await owner.call('POST', '/api/password', { current: OWNER.password, password: 'qwertyuiop' });
    expect([changing.status, changing.problem.code]).toEqual([400, 'PASSWORD_COMMON']);
    // The invite was not used up.
    expect((await joining('words of my own')).status).toBe(201);
  });

  it('is changed by whoever knows it, which ends their other sessions and no other person’s', async () => {
    const cora = await join(gateway, owner, 'editor', 'Cora');
    const elsewhere = (await logIn('cora@example.org', OWNER.password)).client;
    const wrong = await cora.call('POST', '/api/password', { current: 'not it', password: NEW });
    expect([wrong.status, wrong.problem.code]).toEqual([401, 'CREDENTIALS_WRONG']);
    expect(wrong.problem.errors).toMatchObject([{ field: 'body.current' }]);
    expect((await elsewhere.call('GET', '/api/board')).status).toBe(200);

    expect((await cora.call('POST', '/api/password', { current: OWNER.password, password: NEW })).status).toBe(204);
    expect((await elsewhere.call('GET', '/api/board')).status).toBe(401);
    expect((await cora.call('GET', '/api/board')).status).toBe(200);
    expect((await owner.call('GET', '/api/board')).status).toBe(200);
    expect((await logIn('cora@example.org', OWNER.password)).status).toBe(401);
    expect((await logIn('cora@example.org', NEW)).status).toBe(204);
  });
});

describe('a link for a new password', () => {
  it('is made by an owner, works once, ends every session and logs in', async () => {
    const dora = await join(gateway, owner, 'viewer', 'Dora');
    const path = `/api/members/${await idOf(dora)}/password-link`;
    expect((await dora.call('POST', path)).status).toBe(403);
    const older = (await owner.call('POST', path)).body as { url: string };
    const { url, expiresAt } = (await owner.call('POST', path)).body as { url: string; expiresAt: string };
    expect(new URL(url).pathname).toBe('/reset');
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 3_600_000)).toBe(24);
    const token = new URL(url).searchParams.get('token');
    const { rows } = await gateway.admin.query('select * from accounts.password_link');
    expect(JSON.stringify(rows)).not.toContain(token);

    const reset = (body: object) => createClient(gateway).call('POST', '/api/password/reset', body);
    const replaced = await reset({ token: new URL(older.url).searchParams.get('token'), password: NEW });
    expect([replaced.status, replaced.problem.code]).toEqual([410, 'RESET_INVALID']);
    expect((await reset({ token, password: 'password123' })).problem.code).toBe('PASSWORD_COMMON');
    const clients = Array.from({ length: 5 }, () => createClient(gateway));
    const used = await Promise.all(
      clients.map((client) => client.call('POST', '/api/password/reset', { token, password: NEW })),
    );
    expect(used.map(({ status }) => status).sort()).toEqual([204, 410, 410, 410, 410]);
    expect((await dora.call('GET', '/api/board')).status).toBe(401);
    const winner = clients[used.findIndex(({ status }) => status === 204)];
    expect((await winner?.call('GET', '/api/board'))?.status).toBe(200);
    expect((await logIn('dora@example.org', NEW)).status).toBe(204);
  });

  it('lets in who is locked out by the guesses of others', async () => {
    const erin = await join(gateway, owner, 'viewer', 'Erin');
    for (let n = 0; n < 6; n += 1) await logIn('erin@example.org', `guess ${n}`);
    expect((await logIn('erin@example.org', OWNER.password)).status).toBe(429);
    const path = `/api/members/${await idOf(erin)}/password-link`;
    const { url } = (await owner.call('POST', path)).body as { url: string };
    const token = new URL(url).searchParams.get('token');
    expect((await createClient(gateway).call('POST', '/api/password/reset', { token, password: NEW })).status).toBe(
      204,
    );
  });

  it('is not for an owner of one workspace to make, when the person is in another too', async () => {
    const finn = await join(gateway, owner, 'viewer', 'Finn');
    const { workspaceId, owner: other } = await otherWorkspace(gateway);
    const id = await idOf(finn);
    const path = `/api/members/${id}/password-link`;
    expect((await other.call('POST', path)).status).toBe(404);
    const membership = 'insert into accounts.membership (person_id, workspace_id) values ($1, $2)';
    await gateway.admin.query(membership, [id, workspaceId]);
    const joined = { type: 'MemberJoined', data: { userId: id, role: 'viewer' } };
    const meta = { actor: { kind: 'system' as const, id: 'test' }, causedBy: null, correlationId: 'test' };
    await gateway.store.append({
      commandId: `join-${id}`,
      meta: { ...meta, causationId: null, workspaceId },
      writes: [{ stream: `workspace-${workspaceId}`, expectedVersion: 'any', events: [joined] }],
    });
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // what was remembered of memberships is a second old at most
    const refused = await other.call('POST', path);
    expect([refused.status, refused.problem.code]).toEqual([409, 'MEMBER_ELSEWHERE']);
    expect((await owner.call('POST', path)).status).toBe(201);
  });
});
