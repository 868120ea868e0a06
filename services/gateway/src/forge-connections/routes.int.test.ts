import {
  type CommandAccepted,
  ForgeCredentialAnswer,
  type ForgeView,
  SECRET_LOST,
  type SessionView,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { createLogger } from '@claude-codex/service-kit';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import { newId } from '@claude-codex/service-kit/ids';
import { createSealedInbox, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, furnish, otherWorkspace } from '../workspace.fixture.ts';
import {
  BETTER_TOKEN,
  BUDGET,
  type ForgeDouble,
  GOOD_TOKEN,
  NARROW_TOKEN,
  serveForgeDouble,
} from './forge-double.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let editor: Client;
let workspaceId: string;
let connectionId: string;
let double: ForgeDouble;
const logged: string[] = [];
beforeAll(async () => {
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLogger({ service: 'test', level: 'trace', destination });
  gateway = await startTestGateway({}, undefined, undefined, log);
  owner = await setUp(gateway);
  editor = await join(gateway, owner, 'editor', 'Eddy');
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  connectionId = forgeConnectionId(workspaceId, 'github');
});
afterAll(() => gateway.stop());
beforeEach(() => {
  double = serveForgeDouble(gateway.bus);
});
afterEach(async () => {
  await owner.call('DELETE', '/api/forges/github');
  double.stop();
});

const sealed = async (token: string) => sealTo((await gateway.secrets()).publicKey, token);

async function connect(token: string, headers: Record<string, string> = {}) {
  return owner.call('PUT', '/api/forges/github', { sealed: await sealed(token) }, headers);
}

async function rows(): Promise<{ id: string; ciphertext: string }[]> {
  return (await gateway.admin.query('select id, ciphertext from accounts.forge_credential')).rows;
}

async function askFor(credentialId: string): Promise<unknown> {
  const inbox = await createSealedInbox();
  const question = { credentialId, publicKey: inbox.publicKey };
  const { forgeCredential } = subjects.secrets;
  const answer = await requestJson(gateway.bus, forgeCredential, question, ForgeCredentialAnswer, { timeoutMs: 5_000 });
  return JSON.parse(inbox.openSealed(answer.sealed));
}

const eventsOf = () => gateway.store.readStream(streamOf('forge', connectionId));

describe('connecting', () => {
  it('keeps a token the forge takes, encrypted, and shows as whom', async () => {
    const answer = await connect(`  ${GOOD_TOKEN}\n`);
    const { id, position } = answer.body as CommandAccepted;
    expect([answer.status, id]).toEqual([200, connectionId]);
    expect(double.tokens).toEqual([GOOD_TOKEN]);
    const { body } = await owner.call('GET', `/api/forges?min_position=${position}`);
    const { forges } = body as { forges: ForgeView[] };
    const webUrl = 'https://github.com';
    expect(forges).toMatchObject([
      { id, provider: 'github', status: 'connected', login: 'team-bot', webUrl, position },
    ]);

    const [row] = await rows();
    expect(await askFor(row?.id ?? '')).toEqual({ kind: 'token', token: GOOD_TOKEN });
    const log = await gateway.admin.query('select data::text from es.event');
    expect(JSON.stringify([answer.body, body, row, log.rows])).not.toContain(GOOD_TOKEN);
    expect(logged.join('')).toContain('open-forge-credential');
    expect(logged.join('')).not.toContain(GOOD_TOKEN);
  });

  it('keeps nothing of a token the forge refuses, and says so at the field', async () => {
    const { status, problem } = await connect('github_pat_bad');
    expect([status, problem.code, problem.detail]).toEqual([
      422,
      'FORGE_CREDENTIAL_REFUSED',
      'GitHub says: Bad credentials',
    ]);
    expect(problem.errors).toMatchObject([{ field: 'body.sealed', code: 'FORGE_CREDENTIAL_REFUSED' }]);
    expect(JSON.stringify(problem) + logged.join('')).not.toContain('github_pat_bad');
    expect(await rows()).toEqual([]);
    expect((await eventsOf()).filter(({ data }) => JSON.stringify(data).includes('bad'))).toEqual([]);
  });

  it('keeps nothing when nobody can look', async () => {
    double.stop();
    const { status, problem } = await connect(GOOD_TOKEN);
    expect([status, problem.code]).toEqual([503, 'FORGE_UNREACHABLE']);
    expect(problem.detail).toContain('GitHub');
    expect(await rows()).toEqual([]);
  });

  it('again replaces the token of before; one that is refused leaves it', async () => {
    await connect(GOOD_TOKEN);
    await connect(BETTER_TOKEN);
    expect((await connect('github_pat_bad')).status).toBe(422);
    const kept = await rows();
    expect(kept).toHaveLength(1);
    expect(await askFor(kept[0]?.id ?? '')).toMatchObject({ token: BETTER_TOKEN });
  });

  it('that is sent twice connects once, and a failing repetition takes nothing away', async () => {
    const headers = { 'idempotency-key': newId() };
    const first = await connect(GOOD_TOKEN, headers);
    const before = (await eventsOf()).length;
    expect((await connect(GOOD_TOKEN, headers)).body).toEqual(first.body);
    double.stop();
    expect((await connect(GOOD_TOKEN, headers)).status).toBe(503);
    expect(await eventsOf()).toHaveLength(before);
    expect(await rows()).toHaveLength(1);
  });

  it('clears away what a gateway left that died while it looked', async () => {
    await gateway.admin.query(
      `insert into accounts.forge_credential values ('left', $1, 'github', 'x', 'x', now() - interval '2 minutes')`,
      [workspaceId],
    );
    await connect(GOOD_TOKEN);
    expect((await rows()).map(({ id }) => id)).not.toContain('left');
  });

  it.each([
    ['blank', '  \n ', 'SEALED_VALUE_INVALID'],
    ['too long', 'a'.repeat(501), 'SEALED_VALUE_INVALID'],
    ['of two lines', 'a\nb', 'SEALED_VALUE_INVALID'],
    ['of a whole file', 'a'.repeat(30_000), 'INVALID_FIELD'],
  ])('refuses a token that is %s before it is kept', async (_what, token, code) => {
    const { problem } = await connect(token);
    expect([problem.code, problem.errors[0]?.field]).toEqual([code, 'body.sealed']);
    expect(problem.errors[0]?.expected).not.toBe('');
    expect(double.tokens).toEqual([]);
  });

  it('refuses what was sealed to another key, and forges there are none of', async () => {
    const { publicKey } = await createSealedInbox();
    const foreign = await owner.call('PUT', '/api/forges/github', { sealed: await sealTo(publicKey, GOOD_TOKEN) });
    expect([foreign.status, foreign.problem.code]).toEqual([400, 'SEALED_VALUE_INVALID']);
    for (const provider of ['local', 'gitea']) {
      const { problem } = await owner.call('PUT', `/api/forges/${provider}`, { sealed: await sealed(GOOD_TOKEN) });
      expect(problem.code).toBe('INVALID_FIELD');
    }
  });

  it('is for owners', async () => {
    expect((await editor.call('PUT', '/api/forges/github', { sealed: await sealed(GOOD_TOKEN) })).status).toBe(403);
    expect((await editor.call('DELETE', '/api/forges/github')).status).toBe(403);
    expect(await rows()).toEqual([]);
  });
});

describe('a kept credential', () => {
  it('is not there for an id nobody knows, and lost without the key it was kept with', async () => {
    await expect(askFor(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await connect(GOOD_TOKEN);
    const [row] = await rows();
    await gateway.admin.query('update accounts.forge_credential set ciphertext = $1', ['v1.AAAA']);
    await expect(askFor(row?.id ?? '')).rejects.toMatchObject({ code: SECRET_LOST });
  });
});

describe('a connection', () => {
  it('is looked at again when a person asks, with what may still be asked there', async () => {
    await connect(GOOD_TOKEN);
    const { status, body } = await owner.call('GET', '/api/forges/github/budget');
    expect([status, body]).toEqual([200, { login: 'team-bot', budget: BUDGET, app: null }]);
  });

  it('whose credential was refused is taken for good again by a look that finds it so', async () => {
    await connect(GOOD_TOKEN);
    const stream = streamOf('forge', connectionId);
    await append(gateway, workspaceId, stream, [
      { type: 'ForgeCredentialRefused', data: { detail: 'Bad credentials' } },
    ]);
    for (let look = 0; look < 2; look += 1) await owner.call('GET', '/api/forges/github/budget');
    const types = (await gateway.store.readStream(stream)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['ForgeCredentialRefused', 'ForgeCredentialAccepted']);
  });

  it('lists the repositories it sees, found by a text', async () => {
    await connect(GOOD_TOKEN);
    const all = await editor.call('GET', '/api/forges/github/repositories');
    expect(all.body).toMatchObject({ repositories: [{ slug: 'Acme/App', private: true }, {}, {}], more: false });
    const found = await editor.call('GET', '/api/forges/github/repositories?text=old');
    expect(found.body).toMatchObject({ repositories: [{ slug: 'acme/old', archived: true }] });
  });

  it('that may not list them says so in the words of the forge', async () => {
    await connect(NARROW_TOKEN);
    const { status, problem } = await editor.call('GET', '/api/forges/github/repositories');
    expect([status, problem.code, problem.detail]).toEqual([422, 'FORGE_REFUSED', 'GitHub: Resource not accessible.']);
  });

  it('is of one workspace', async () => {
    await connect(GOOD_TOKEN);
    const { owner: other } = await otherWorkspace(gateway);
    for (const path of ['budget', 'repositories']) {
      const { status, problem } = await other.call('GET', `/api/forges/github/${path}`);
      expect([status, problem.code]).toEqual([404, 'FORGE_NOT_CONNECTED']);
    }
    expect((await other.call('GET', '/api/forges')).body).toMatchObject({ forges: [] });
    expect((await other.call('DELETE', '/api/forges/github')).status).toBe(404);
    expect(await rows()).toHaveLength(1);
  });

  it('ends with its token, and not while tasks of its repositories are under way', async () => {
    await connect(GOOD_TOKEN);
    const { repositoryId, taskId, position } = await furnish(gateway, workspaceId);
    await owner.call('GET', `/api/board?min_position=${position}`);
    const source = {
      kind: 'forge',
      provider: 'github',
      connectionId,
      slug: 'Acme/App',
      url: 'https://github.com/Acme/App.git',
    };
    await gateway.admin.query(
      `update read.workspace_row set body = jsonb_set(body, '{source}', $2) where kind = 'repository' and id = $1`,
      [repositoryId, source],
    );
    const refused = await owner.call('DELETE', '/api/forges/github');
    expect([refused.status, refused.problem.code]).toEqual([409, 'FORGE_IN_USE']);
    expect(await rows()).toHaveLength(1);

    await gateway.admin.query(`update read.task set state = 'completed' where task_id = $1`, [taskId]);
    expect((await owner.call('DELETE', '/api/forges/github')).status).toBe(200);
    expect(await rows()).toEqual([]);
    expect((await eventsOf()).at(-1)?.type).toBe('ForgeDisconnected');
  });
});
