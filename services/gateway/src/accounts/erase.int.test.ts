import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMembers } from '../access/members.ts';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { OWNER, startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { eraseForgotten } from './erase-forgotten.ts';
import type { People } from './people.ts';

let gateway: TestGateway;
let owner: Client;
let nth = 0;
/** A new member for every test, whose name and address stand nowhere else. */
let name: string;
let member: Client;
let memberId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  nth += 1;
  name = `Quentin${nth}`;
  member = await join(gateway, owner, 'viewer', name);
  memberId = await idOf(member);
});

async function idOf(client: Client): Promise<string> {
  return ((await client.call('GET', '/api/session')).body as SessionView).person?.id ?? '';
}

const erase = (by: Client, id: string) => by.call('DELETE', `/api/members/${id}/personal-data`);

/** Everything in the database that is text, table by table, where it holds the name or the address. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await gateway.admin.query<{ table: string }>(
    `select format('%I.%I', table_schema, table_name) as table from information_schema.tables
      where table_schema in ('accounts', 'es', 'read') and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { table } of rows) {
    const { rowCount } = await gateway.admin.query(`select from ${table} t where t::text ilike $1`, [`%${text}%`]);
    if ((rowCount ?? 0) > 0) found.push(table);
  }
  return found;
}

describe('erasing personal data', () => {
  it('leaves nothing of a member in any table but the id in events', async () => {
    await member.call('POST', '/api/tokens', { name: `token of ${name}` });
    await member.call('PUT', '/api/preferences', { theme: 'dark' });
    expect(await tablesWith(name)).toEqual(expect.arrayContaining(['accounts.person', 'accounts.api_token']));
    expect((await erase(owner, memberId)).status).toBe(200);
    expect(await tablesWith(name)).toEqual([]);
    const accounts = (await tablesWith(memberId)).filter((table) => table.startsWith('accounts.'));
    // Who used an invite: an id that leads to nobody.
    expect(accounts).toEqual(['accounts.invite']);
    const log = await gateway.store.readAll({ after: 0, limit: 1_000 });
    expect(log.slice(-2).map(({ type, data }) => [type, data])).toEqual([
      ['MemberRemoved', { userId: memberId }],
      ['PersonForgotten', { userId: memberId }],
    ]);
  });

  it('ends their sessions at once, and a new account with the address is another person', async () => {
    expect((await member.call('GET', '/api/board')).status).toBe(200);
    await erase(owner, memberId);
    expect((await member.call('GET', '/api/board')).status).toBe(401);
    const login = { email: `${name.toLowerCase()}@example.org`, password: OWNER.password };
    expect((await createClient(gateway).call('POST', '/api/login', login)).status).toBe(401);
    const again = await join(gateway, owner, 'viewer', name);
    expect(await idOf(again)).not.toBe(memberId);
  });

  it('may be asked for by oneself and by owners, and by nobody else', async () => {
    const other = await join(gateway, owner, 'editor', `Other${nth}`);
    expect((await erase(other, memberId)).problem.code).toBe('ROLE_REQUIRED');
    expect((await erase(member, memberId)).status).toBe(200);
    expect((await member.call('GET', '/api/board')).status).toBe(401);
    const last = await erase(owner, await idOf(owner));
    expect([last.status, last.problem.code]).toEqual([409, 'MEMBER_LAST_OWNER']);
    const unknown = await erase(owner, 'nobody');
    expect([unknown.status, unknown.problem.code]).toEqual([404, 'MEMBER_UNKNOWN']);
  });

  it('works for somebody who was removed before, and twice', async () => {
    expect((await owner.call('DELETE', `/api/members/${memberId}`)).status).toBe(200);
    expect(await tablesWith(name)).toEqual(['accounts.person']);
    expect((await erase(owner, memberId)).status).toBe(200);
    expect(await tablesWith(name)).toEqual([]);
    expect((await erase(owner, memberId)).status).toBe(200);
  });

  it('is not done to somebody who belongs to another workspace too', async () => {
    await gateway.admin.query('insert into accounts.membership (person_id, workspace_id) values ($1, $2)', [
      memberId,
      'another',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // remembered for a second
    const answer = await erase(owner, memberId);
    expect([answer.status, answer.problem.code]).toEqual([409, 'MEMBER_ELSEWHERE']);
    expect(await tablesWith(name)).toContain('accounts.person');
  });

  it('is made up for at the next start when the accounts came back', async () => {
    const { position } = (await erase(owner, memberId)).body as { position: number };
    await owner.call('GET', `/api/board?min_position=${position}`);
    const erased: string[] = [];
    const people: Pick<People, 'erase'> = { erase: async (ids) => void erased.push(...ids) };
    const members = createMembers({ store: gateway.store, clock: { now: () => Date.now() } });
    await eraseForgotten({ pool: gateway.pool, members, people });
    expect(erased).toContain(memberId);
    expect(erased).not.toContain(await idOf(owner));
  });
});
