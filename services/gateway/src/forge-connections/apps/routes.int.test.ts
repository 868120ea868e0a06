import {
  type AppCredential,
  type CommandAccepted,
  ConvertAppRequest,
  type ForgeAppBegun,
  type ForgeAppMade,
  ForgeCredential,
  ForgeCredentialAnswer,
  ForgeSiteRequest,
  type ForgeView,
  ForgeWebhooksAnswer,
  LookAtForgeRequest,
  subjects,
} from '@claude-codex/contracts';
import { requestJson, serveJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../../gateway.fixture.ts';
import { otherWorkspace } from '../../workspace.fixture.ts';
import { createBegunApps } from './begun-apps.ts';

const WEB = 'https://github.com';
const KEY = 'the private key of the app';
const APP = '/api/forges/github/app';
/** The installation that is this app's own. */
const OURS = 77;

let gateway: TestGateway;
let owner: Client;
let stops: (() => void)[];
/** Codes that were not used yet. */
let codes: Set<string>;
beforeAll(async () => {
  gateway = await startTestGateway({});
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

beforeEach(() => {
  codes = new Set(['a-code']);
  const { site, convertApp, look } = subjects.forge('github');
  const { bus } = gateway;
  stops = [
    serveJson(bus, site, ForgeSiteRequest, async () => ({ webUrl: WEB })),
    serveJson(bus, convertApp, ConvertAppRequest, async ({ code, publicKey }) => {
      if (!codes.delete(code)) return { ok: false, code: 'FORGE_APP_CODE', detail: 'GitHub knows no such app.' };
      const credential: AppCredential = {
        ...{ kind: 'app', appId: 7, slug: 'codex', clientId: 'Iv23', privateKey: KEY },
        ...{ webhookSecret: 'hook', installationId: null },
      };
      return { ok: true, slug: 'codex', sealed: await sealTo(publicKey, JSON.stringify(credential)) };
    }),
    serveJson(bus, look, LookAtForgeRequest, async ({ credentialId }) => {
      const credential = await kept(credentialId);
      const isOurs = credential.kind === 'app' && credential.installationId === OURS;
      return isOurs
        ? { ok: true, login: 'codex[bot]', webUrl: WEB, budget: null, app: null }
        : { ok: false, code: 'FORGE_CREDENTIAL_REFUSED', detail: 'The app is not installed there.' };
    }),
  ];
});
afterEach(async () => {
  await owner.call('DELETE', '/api/forges/github');
  for (const stop of stops) stop();
});

async function kept(credentialId: string): Promise<ForgeCredential> {
  const inbox = await createSealedInbox();
  const question = { credentialId, publicKey: inbox.publicKey };
  const { forgeCredential } = subjects.secrets;
  const answer = await requestJson(gateway.bus, forgeCredential, question, ForgeCredentialAnswer, { timeoutMs: 5_000 });
  return ForgeCredential.parse(JSON.parse(inbox.openSealed(answer.sealed)));
}

/** What deliveries are known by. */
async function webhooks(): Promise<unknown> {
  const inbox = await createSealedInbox();
  const question = { provider: 'github', publicKey: inbox.publicKey };
  const { forgeWebhooks } = subjects.secrets;
  const answer = await requestJson(gateway.bus, forgeWebhooks, question, ForgeWebhooksAnswer, { timeoutMs: 5_000 });
  return JSON.parse(inbox.openSealed(answer.sealed));
}

async function begin(body: object = { name: 'Codex' }) {
  const { action, manifest } = (await owner.call('POST', APP, body)).body as ForgeAppBegun;
  return { action, manifest: JSON.parse(manifest), state: new URL(action).searchParams.get('state') ?? '' };
}

const made = (state: string, code = 'a-code', who = owner) => who.call('POST', `${APP}/code`, { state, code });
const installed = (state: string, installationId = OURS, who = owner) =>
  who.call('POST', `${APP}/installation`, { state, installationId });
const rows = async () => (await gateway.admin.query('select * from accounts.forge_app_begun')).rows;

describe('an app', () => {
  it('is begun with a manifest that asks for what is needed, in private, and comes back to our page', async () => {
    const { action, manifest } = await begin();
    expect(action).toMatch(/^https:\/\/github\.com\/settings\/apps\/new\?state=[\w-]{43}$/);
    expect(manifest).toMatchObject({
      ...{ name: 'Codex', public: false },
      default_permissions: { contents: 'write', pull_requests: 'write', checks: 'read' },
      redirect_url: expect.stringMatching(/\/settings\/github-app$/),
    });
    // Nothing of GitHub reaches a server on this machine.
    expect(manifest).not.toHaveProperty('hook_attributes');
    const { action: ofTeam } = await begin({ name: 'Codex', organization: 'acme' });
    expect(ofTeam).toMatch(/^https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?state=/);
  });

  it('is taken over, installed and connected with; its secrets are kept encrypted, and nowhere twice', async () => {
    const { state } = await begin();
    const answer = await made(state);
    expect((answer.body as ForgeAppMade).installUrl).toBe(`${WEB}/apps/codex/installations/new?state=${state}`);
    expect(JSON.stringify([answer.body, await rows()])).not.toContain(KEY);
    const { position } = (await installed(state)).body as CommandAccepted;
    const { body } = await owner.call('GET', `/api/forges?min_position=${position}`);
    expect((body as { forges: ForgeView[] }).forges).toMatchObject([{ status: 'connected', login: 'codex[bot]' }]);
    const { rows: used } = await gateway.admin.query('select id, ciphertext from accounts.forge_credential');
    expect(used).toHaveLength(1);
    expect(await kept(used[0].id)).toMatchObject({ kind: 'app', privateKey: KEY, installationId: OURS });
    expect(await webhooks()).toEqual([{ appId: 7, credentialId: expect.any(String), secret: 'hook' }]);
    expect(JSON.stringify(used)).not.toContain(KEY);
    expect((await rows()).filter(({ ciphertext }) => ciphertext !== null)).toEqual([]);
    const log = await gateway.admin.query('select data::text from es.event');
    expect(JSON.stringify(log.rows)).not.toContain(KEY);
  });

  it('takes every step twice as once', async () => {
    const { state } = await begin();
    const [first, second] = [await made(state), await made(state)];
    expect(second.body).toEqual(first.body);
    expect((await installed(state)).status).toBe(200);
    expect((await installed(state)).status).toBe(200);
    expect((await made(state)).body).toEqual(first.body);
    const events = await gateway.admin.query(`select type from es.event where type = 'ForgeConnected'`);
    const before = events.rows.length;
    await installed(state);
    const after = await gateway.admin.query(`select type from es.event where type = 'ForgeConnected'`);
    expect(after.rows).toHaveLength(before);
  });
});

describe('a state', () => {
  it('is of one person, in one workspace', async () => {
    const { state } = await begin();
    const { owner: elsewhere } = await otherWorkspace(gateway);
    const colleague = await join(gateway, owner, 'owner', 'Ona');
    for (const who of [elsewhere, colleague]) {
      const { status, problem } = await made(state, 'a-code', who);
      expect([status, problem.code]).toEqual([409, 'FORGE_APP_STATE']);
    }
    expect([...codes]).toEqual(['a-code']);
    await made(state);
    for (const who of [elsewhere, colleague]) {
      expect((await installed(state, OURS, who)).problem.code).toBe('FORGE_APP_STATE');
    }
  });

  it('that is wrong or older than an hour is refused with a way on, and what it stood for is removed', async () => {
    expect((await made('of-nobody')).problem).toMatchObject({ code: 'FORGE_APP_STATE', status: 409 });
    const { state } = await begin();
    await made(state);
    await gateway.admin.query(`update accounts.forge_app_begun set begun_at = now() - interval '61 minutes'`);
    const { problem } = await installed(state);
    expect([problem.code, problem.detail]).toEqual(['FORGE_APP_STATE', expect.stringContaining('Begin again')]);
    await createBegunApps({ pool: gateway.admin, secrets: gateway.secrets }).removeOld();
    expect(await rows()).toEqual([]);
  });

  it('goes nowhere before the app is made', async () => {
    const { state } = await begin();
    expect((await installed(state)).problem.code).toBe('FORGE_APP_STATE');
  });
});

describe('what the forge says no to', () => {
  it('is said: a code that was used, with nothing kept', async () => {
    const { state } = await begin();
    const { status, problem } = await made(state, 'used');
    expect([status, problem.code, problem.errors[0]?.field]).toEqual([422, 'FORGE_APP_CODE', 'body.code']);
    expect((await made(state)).status).toBe(200);
  });

  it('is said: an installation of another app; the right one still connects', async () => {
    const { state } = await begin();
    await made(state);
    const { status, problem } = await installed(state, 78);
    expect([status, problem.errors[0]?.field]).toEqual([422, 'body.installationId']);
    expect((await gateway.admin.query('select 1 from accounts.forge_credential')).rows).toEqual([]);
    expect((await installed(state)).status).toBe(200);
  });
});
