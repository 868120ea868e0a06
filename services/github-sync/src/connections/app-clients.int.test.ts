import { type AppCredential, EVENT_TYPES, type ForgeCredential } from '@claude-codex/contracts';
import { APP_PERMISSIONS } from '@claude-codex/contracts/forge-app';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus } from '@claude-codex/service-kit';
import { newId } from '@claude-codex/service-kit/ids';
import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAt } from '../requests/look.ts';
import { listRepositories, repositoryOf } from '../requests/repositories.ts';
import { type Clients, createClients } from './clients.ts';
import { serveCredentials } from './credentials-double.fixture.ts';

const WORK_A = { purpose: 'work', slug: 'team/a' } as const;

let github: FakeGithub;
let clients: Clients;
let stop: () => void;
let now: number;
const credentials = new Map<string, ForgeCredential>();

beforeEach(async () => {
  github = await startFakeGithub({ plainApi: true });
  for (const name of ['a', 'b', 'elsewhere']) await github.addRepository(`team/${name}`, { private: true });
  const bus = createInProcessBus();
  stop = serveCredentials(bus, credentials);
  now = Date.now();
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  clients = createClients({ bus, store, api: api(), now: () => now });
});
afterEach(async () => {
  expect(github.violations).toEqual([]);
  stop();
  await github.stop();
});

const api = () => ({ apiUrl: github.apiUrl, proxy: {} });

/** An app of the team, installed on two of its repositories, as it is kept. */
function app(permissions: Record<string, 'read' | 'write'> = APP_PERMISSIONS) {
  const { id, clientId, privateKey } = github.addApp({ name: 'Codex', owner: 'team', permissions });
  const installationId = github.install(id, { account: 'team', repositories: ['team/a', 'team/b'] });
  const credential: AppCredential = {
    ...{ kind: 'app', appId: id, slug: 'codex', clientId, privateKey, webhookSecret: null, installationId },
  };
  const credentialId = newId();
  credentials.set(credentialId, credential);
  return { credentialId, credential, appId: id, installationId };
}

async function statusAt(token: string, path: string): Promise<number> {
  return (await fetch(github.apiUrl + path, { headers: { authorization: `Bearer ${token}` } })).status;
}

describe('a token made with an app', () => {
  it('reaches the one repository it was made for, and no other', async () => {
    const { credentialId } = app();
    const { token, kind } = await clients.of(credentialId, WORK_A);
    expect(kind).toBe('app');
    expect(await statusAt(token, '/repos/team/a')).toBe(200);
    expect(await statusAt(token, '/repos/team/a/pulls')).toBe(200);
    expect(await statusAt(token, '/repos/team/b')).toBe(404);
  });

  it('for git does no more than git needs', async () => {
    const { token } = await clients.of(app().credentialId, { purpose: 'git', slug: 'team/a' });
    expect(await statusAt(token, '/repos/team/a/branches')).toBe(200);
    expect(await statusAt(token, '/repos/team/a/pulls')).toBe(403);
    expect(await statusAt(token, '/repos/team/b/branches')).toBe(404);
  });

  it('is used until shortly before its end, for each repository and purpose', async () => {
    const { credentialId } = app();
    const first = await clients.of(credentialId, WORK_A);
    expect((await clients.of(credentialId, { purpose: 'work', slug: 'Team/A' })).token).toBe(first.token);
    expect((await clients.of(credentialId, { purpose: 'work', slug: 'team/b' })).token).not.toBe(first.token);
    expect((await clients.of(credentialId, { purpose: 'git', slug: 'team/a' })).token).not.toBe(first.token);
    now += 54 * 60_000;
    expect((await clients.of(credentialId, WORK_A)).token).toBe(first.token);
    now += 2 * 60_000;
    const later = clients.of(credentialId, WORK_A);
    // The key of the app is shown as of now, and GitHub's clock has not moved.
    now -= 56 * 60_000;
    expect((await later).token).not.toBe(first.token);
  });

  it('leaves out what may be missing', async () => {
    const { checks: _checks, ...fewer } = APP_PERMISSIONS;
    const { token } = await clients.of(app(fewer).credentialId, WORK_A);
    expect(await statusAt(token, '/repos/team/a/pulls')).toBe(200);
  });
});

describe('an app that may not act', () => {
  const refusal = async (credentialId: string, slug = 'team/a') => {
    const error: unknown = await clients.of(credentialId, { purpose: 'work', slug }).catch((thrown) => thrown);
    if (!(error instanceof Error)) throw new Error('it was not refused');
    return { name: error.constructor.name, message: error.message };
  };

  it('on a repository it is not installed on says so', async () => {
    const { credentialId } = app();
    const name = 'OutOfReach';
    expect(await refusal(credentialId, 'team/elsewhere')).toMatchObject({
      name,
      message: expect.stringContaining('not installed on team/elsewhere'),
    });
    expect(await refusal(credentialId, 'others/a')).toMatchObject({ name });
  });

  it('because it is suspended says by whom', async () => {
    const { credentialId, appId, installationId } = app();
    github.suspend(appId, installationId);
    expect((await refusal(credentialId)).message).toContain('is suspended by team');
  });

  it('because it was uninstalled is gone', async () => {
    const { credentialId, appId, installationId } = app();
    github.uninstall(appId, installationId);
    expect(await refusal(credentialId)).toMatchObject({
      name: 'ForgeGone',
      message: expect.stringMatching(/any more/),
    });
  });

  it('because what it needs was not granted names it', async () => {
    const { message } = await refusal(app({ ...APP_PERMISSIONS, pull_requests: 'read' }).credentialId);
    expect(message).toContain('pull_requests: write');
  });

  it('with a key that is none, or another app’s, is refused', async () => {
    const [{ credentialId, credential }, other] = [app(), app()];
    credentials.set(credentialId, { ...credential, privateKey: 'no key' });
    expect((await refusal(credentialId)).message).toContain('is not a key');
    credentials.set(credentialId, { ...credential, privateKey: other.credential.privateKey });
    expect((await refusal(credentialId)).message).toContain('GitHub does not accept the key of the app');
  });

  it('any more while a token of it is in use says why with the next one', async () => {
    const { credentialId, appId, installationId } = app();
    const { octokit } = await clients.of(credentialId, WORK_A);
    github.suspend(appId, installationId);
    await expect(octokit.rest.repos.get({ owner: 'team', repo: 'a' })).rejects.toMatchObject({ status: 401 });
    expect((await refusal(credentialId)).message).toContain('suspended');
  });
});

describe('of an app', () => {
  it('people see its name, where it is installed, and what it lacks', async () => {
    const { issues: _issues, ...fewer } = APP_PERMISSIONS;
    const { credentialId } = app(fewer);
    expect(await lookAt({ clients, api: api() }, { credentialId })).toMatchObject({
      ...{ ok: true, login: 'codex[bot]', webUrl: github.webUrl },
      app: { name: 'Codex', account: 'team', missing: ['issues: write'] },
    });
  });

  it('an installation of another one is not taken for its own', async () => {
    const [{ credentialId, credential }, other] = [app(), app()];
    credentials.set(credentialId, { ...credential, installationId: other.installationId });
    expect(await lookAt({ clients, api: api() }, { credentialId })).toMatchObject({ ok: false });
  });

  it('the repositories are those it is installed on', async () => {
    const { credentialId } = app();
    const { repositories, more } = await listRepositories(clients, { credentialId, text: '' });
    expect([repositories.map(({ slug }) => slug).sort(), more]).toEqual([['team/a', 'team/b'], false]);
    expect(repositories.every(({ canPush }) => canPush)).toBe(true);
    expect(await repositoryOf(clients, { credentialId, slug: 'team/a' })).toMatchObject({ ok: true });
    expect(await repositoryOf(clients, { credentialId, slug: 'team/elsewhere' })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('Let it reach that repository'),
    });
  });
});
