import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join } from '../api-client.fixture.ts';
import { OWNER, SETUP_TOKEN, startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

const setupBody = { token: SETUP_TOKEN, workspace: 'Test', ...OWNER };

describe('set-up', () => {
  it('is asked for until an owner exists, by a link that carries the token', async () => {
    const { body } = await createClient(gateway).call('GET', '/api/session');
    expect(body).toMatchObject({ setupNeeded: true, person: null, workspace: null, members: [] });
    expect(await gateway.app.setupLink()).toBe(`http://localhost:8080/setup?token=${SETUP_TOKEN}`);
    const login = await createClient(gateway).call('POST', '/api/login', { email: OWNER.email, password: 'x' });
    expect([login.status, login.problem.code]).toEqual([409, 'SETUP_NEEDED']);
  });

  it('refuses a wrong token, naming the field, and a weak password', async () => {
    const wrong = await createClient(gateway).call('POST', '/api/setup', { ...setupBody, token: 'guess' });
    expect([wrong.status, wrong.problem.code]).toEqual([401, 'SETUP_TOKEN_WRONG']);
    expect(wrong.problem.errors).toMatchObject([{ field: 'body.token' }]);
    const weak = await createClient(gateway).call('POST', '/api/setup', { ...setupBody, password: 'short' });
    expect([weak.status, weak.problem.code]).toEqual([400, 'INVALID_FIELD']);
  });

  it('makes one owner, however many come at once, and logs them in', async () => {
    const clients = Array.from({ length: 5 }, () => createClient(gateway));
    const answers = await Promise.all(clients.map((client) => client.call('POST', '/api/setup', setupBody)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const made = clients[answers.findIndex(({ status }) => status === 201)];
    if (made === undefined) throw new Error('nobody made the owner');
    owner = made;
    const { body } = await owner.call('GET', '/api/session');
    expect(body).toMatchObject({
      setupNeeded: false,
      person: { name: OWNER.name, email: OWNER.email, role: 'owner' },
      workspace: { name: 'Test' },
      members: [{ name: OWNER.name, role: 'owner' }],
    });
    expect(await gateway.app.setupLink()).toBeNull();
  });

  it('keeps the password as argon2id and the events free of names', async () => {
    const { rows } = await gateway.admin.query('select password from accounts.credential');
    expect(rows).toEqual([{ password: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) }]);
    const log = JSON.stringify(await gateway.store.readAll({ after: 0, limit: 100 }));
    expect(log).not.toContain(OWNER.email);
    expect(log).not.toContain(OWNER.name);
  });
});

describe('login', () => {
  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const client = createClient(gateway);
    const answer = await client.call('POST', '/api/login', {
      email: OWNER.email.toUpperCase(),
      password: OWNER.password,
    });
    expect(answer.status).toBe(204);
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toEqual([expect.stringMatching(/^codex_device_/), expect.stringMatching(/^codex_session=/)]);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
      expect(cookie).toMatch(/Path=\//i);
    }
  });

  it('does not tell an unknown address from a wrong password', async () => {
    const wrong = await createClient(gateway).call('POST', '/api/login', { email: OWNER.email, password: 'wrong' });
    const unknown = await createClient(gateway).call('POST', '/api/login', {
      email: 'no@example.org',
      password: 'wrong',
    });
    expect([wrong.status, wrong.problem.code]).toEqual([401, 'CREDENTIALS_WRONG']);
    expect({ ...unknown.problem, requestId: '' }).toEqual({ ...wrong.problem, requestId: '' });
  });

  it('ends with the logout: the old cookie is dead', async () => {
    const client = createClient(gateway);
    await client.call('POST', '/api/login', { email: OWNER.email, password: OWNER.password });
    const { cookie } = client;
    expect((await client.call('GET', '/api/board')).status).toBe(200);
    expect((await client.call('POST', '/api/logout')).status).toBe(204);
    client.cookie = cookie;
    expect((await client.call('GET', '/api/board')).status).toBe(401);
  });

  it('lists sessions and revokes one', async () => {
    const other = createClient(gateway);
    await other.call('POST', '/api/login', { email: OWNER.email, password: OWNER.password });
    expect((await other.call('GET', '/api/board')).status).toBe(200);
    const { body } = await other.call('GET', '/api/sessions');
    const { sessions } = body as { sessions: { id: string; current: boolean }[] };
    const mine = sessions.find(({ current }) => current);
    expect(mine).toBeDefined();
    expect((await owner.call('DELETE', `/api/sessions/${mine?.id}`)).status).toBe(204);
    expect((await other.call('GET', '/api/board')).status).toBe(401);
    expect((await owner.call('DELETE', `/api/sessions/${mine?.id}`)).status).toBe(404);
  });

  it('refuses a cookie that somebody changed', async () => {
    const client = createClient(gateway);
    client.cookie = `${owner.cookie?.slice(0, -4)}aaaa`;
    expect((await client.call('GET', '/api/board')).status).toBe(401);
  });
});

describe('members', () => {
  it('join by an invite that works once', async () => {
    const invite = await owner.call('POST', '/api/invites', { role: 'viewer' });
    const token = new URL((invite.body as { url: string }).url).searchParams.get('token');
    const person = { token, name: 'Vera', email: 'vera@example.org', password: OWNER.password };
    const taken = await createClient(gateway).call('POST', '/api/invites/accept', { ...person, email: OWNER.email });
    expect([taken.status, taken.problem.code]).toEqual([409, 'EMAIL_TAKEN']);
    const vera = createClient(gateway);
    expect((await vera.call('POST', '/api/invites/accept', person)).status).toBe(201);
    expect((await vera.call('GET', '/api/session')).body).toMatchObject({ person: { role: 'viewer' } });
    const again = await createClient(gateway).call('POST', '/api/invites/accept', {
      ...person,
      email: 'w@example.org',
    });
    expect([again.status, again.problem.code]).toEqual([410, 'INVITE_INVALID']);
  });

  it('change roles and leave; the last owner stays', async () => {
    const eddy = await join(gateway, owner, 'editor', 'Eddy');
    const { person } = (await eddy.call('GET', '/api/session')).body as SessionView;
    const { person: self } = (await owner.call('GET', '/api/session')).body as SessionView;
    const last = await owner.call('PATCH', `/api/members/${self?.id}`, { role: 'viewer' });
    expect([last.status, last.problem.code]).toEqual([409, 'MEMBER_LAST_OWNER']);
    expect((await owner.call('PATCH', `/api/members/${person?.id}`, { role: 'viewer' })).status).toBe(200);
    expect((await eddy.call('GET', '/api/session')).body).toMatchObject({ person: { role: 'viewer' } });
    expect((await owner.call('DELETE', `/api/members/${person?.id}`)).status).toBe(200);
    expect((await eddy.call('GET', '/api/board')).status).toBe(401);
    const unknown = await owner.call('DELETE', '/api/members/nobody');
    expect([unknown.status, unknown.problem.code]).toEqual([404, 'MEMBER_UNKNOWN']);
  });
});

describe('other sites', () => {
  it('cannot make a browser act', async () => {
    const foreign = { origin: 'https://evil.example' };
    const write = await owner.call('PUT', '/api/preferences', { theme: 'dark' }, foreign);
    expect([write.status, write.problem.code]).toEqual([403, 'ORIGIN_FORBIDDEN']);
    expect(write.problem.detail).toContain('set CODEX_PUBLIC_URL=https://evil.example');
    const login = await createClient(gateway).call(
      'POST',
      '/api/login',
      { email: OWNER.email, password: OWNER.password },
      foreign,
    );
    expect([login.status, login.problem.code]).toEqual([403, 'ORIGIN_FORBIDDEN']);
    const bare = await fetch(`${gateway.address}/api/preferences`, {
      method: 'PUT',
      headers: { cookie: owner.cookie ?? '', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(bare.status).toBe(403);
  });
});
