import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EVENT_TYPES,
  type EventType,
  type ForgeCredential,
  ForgeWebhooksRequest,
  type NewEvent,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { APP_EVENTS, APP_PERMISSIONS } from '@claude-codex/contracts/forge-app';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { type PullRequestState, pullRequestDecider } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry, type EventStore, loadState } from '@claude-codex/eventing';
import { type Bus, createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import type { Files } from '@claude-codex/testing/github/git/bare-repository';
import { waitFor } from '@claude-codex/testing/wait-for';
import { createGithubSyncApp } from '../app.ts';
import { serveCredentials } from '../connections/credentials-double.fixture.ts';
import { type JournalDouble, serveJournal } from './journal-double.fixture.ts';

export const SLUG = 'team/shop';
export const APP_SECRET = 'the secret of the app';

export interface OpenedPull {
  readonly pullRequestId: string;
  readonly number: number;
  readonly branch: string;
  readonly headSha: string;
  readonly taskId: string;
}

/** The whole service beside GitHub's stand-in, where an app of ours is installed that tells it what happens. */
export interface AppHouse {
  readonly github: FakeGithub;
  readonly app: ServiceApp;
  readonly appId: number;
  readonly bus: Bus;
  readonly store: EventStore;
  readonly journal: JournalDouble;
  readonly connectionId: string;
  readonly repositoryId: string;
  append(stream: string, ...events: { type: EventType; data: object }[]): Promise<void>;
  /** A pull request that stands there, and is followed here. */
  openPull(branch: string, files?: Files): Promise<OpenedPull>;
  stateOf(pullRequestId: string): Promise<Exclude<PullRequestState, { status: 'none' }>>;
  stop(): Promise<void>;
}

const log = createLogger({ service: 'test', level: 'silent' });

/**
 * Nothing is polled: what is known here was told by a delivery, or found by the list of them. `isChecked`: whether all that
 * passes is held against GitHub's description, which takes most of the time where much does.
 */
export async function startAppHouse({
  reconcileMs,
  isChecked = true,
}: {
  reconcileMs: number;
  isChecked?: boolean;
}): Promise<AppHouse> {
  const github = await startFakeGithub({ plainApi: true, isChecked });
  await github.addRepository(SLUG, { files: { 'README.md': '# A shop\n' } });
  for (const login of ['grace', 'linus']) github.addCollaborator(SLUG, login, 'write');
  const bus = createInProcessBus();
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const directory = mkdtempSync(join(tmpdir(), 'github-sync-'));
  const credentials = new Map<string, ForgeCredential>();
  const webhooks: { appId: number; credentialId: string; secret: string }[] = [];
  const stops = [
    serveCredentials(bus, credentials),
    serveJson(bus, subjects.secrets.forgeWebhooks, ForgeWebhooksRequest, async ({ publicKey }) => ({
      sealed: await sealTo(publicKey, JSON.stringify(webhooks)),
    })),
  ];
  const journal = serveJournal(bus);
  const app = createGithubSyncApp({
    ...{ bus, store, log },
    settings: {
      ...{ apiUrl: github.apiUrl, proxy: {}, pollMs: 3_600_000, reconcileMs, publicUrl: null },
      ...{ webhookSecrets: [], directory },
    },
  });
  const url = `${await app.http.listen({ host: '127.0.0.1', port: 0 })}/webhooks/github`;
  const hook = { url, secret: APP_SECRET };
  const made = github.addApp({
    ...{ name: 'Codex', owner: 'team', permissions: APP_PERMISSIONS, events: APP_EVENTS, webhook: hook },
  });
  const { id: appId, clientId, privateKey } = made;
  const installationId = github.install(appId, { account: 'team', repositories: [SLUG] });
  const [credentialId, connectionId, repositoryId] = [newId(), newId(), newId()];
  const own = { kind: 'app' as const, appId, slug: 'codex', clientId, privateKey, installationId };
  credentials.set(credentialId, { ...own, webhookSecret: APP_SECRET });
  webhooks.push({ appId, credentialId, secret: APP_SECRET });

  async function append(stream: string, ...events: { type: EventType; data: object }[]): Promise<void> {
    const actor = { kind: 'system' as const, id: 'test' };
    const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: connectionId };
    const writes = [{ stream, expectedVersion: 'any' as const, events: events as NewEvent[] }];
    const { status } = await store.append({ commandId: newId(), meta, writes });
    if (status !== 'appended') throw new Error(`append: ${status}`);
  }

  const connected = { provider: 'github', webUrl: github.webUrl, credentialId, login: 'codex[bot]' };
  await append(streamOf('forge', connectionId), { type: 'ForgeConnected', data: connected });
  const source = { kind: 'forge', provider: 'github', connectionId, slug: SLUG, url: github.cloneUrl(SLUG) };
  const rest = {
    name: 'shop',
    baseBranch: null,
    checkCommand: null,
    requireGreen: false,
    defaultBranch: 'main',
    followThrough: FOLLOW_THROUGH,
    sendsThreads: true,
    issues: ISSUE_SETTINGS,
  };
  await append(streamOf('repository', repositoryId), { type: 'RepositoryConnected', data: { ...rest, source } });
  await app.start();

  return {
    ...{ github, app, appId, bus, store, journal, connectionId, repositoryId, append },
    async openPull(branch, files = { [`${branch}.txt`]: `${branch}\n` }) {
      const headSha = await github.push(SLUG, branch, files, { by: 'grace' });
      const { number } = await github.openPull(SLUG, { title: branch, head: branch, base: 'main', by: 'grace' });
      await github.setCheck(SLUG, headSha, { name: 'ci', conclusion: 'success' });
      const [pullRequestId, taskId] = [newId(), newId()];
      const about = { taskId, repositoryId, provider: 'github', number: null, url: null };
      const what = { branch, baseBranch: 'main', headSha, title: branch, body: '', draft: false };
      await append(
        streamOf('pullrequest', pullRequestId),
        { type: 'PullRequestOpened', data: { ...about, ...what } },
        { type: 'PullRequestPublished', data: { number, url: `${github.webUrl}/${SLUG}/pull/${number}` } },
      );
      await waitFor('the first look', async () => {
        const events = await store.readStream(streamOf('pullrequest', pullRequestId));
        return events.some(({ type }) => type === 'PullRequestChecked') || null;
      });
      return { pullRequestId, number, branch, headSha, taskId };
    },
    async stateOf(pullRequestId) {
      const state = await loadState(store, streamOf('pullrequest', pullRequestId), pullRequestDecider);
      if (state.status === 'none') throw new Error(`there is no pull request ${pullRequestId}`);
      return state;
    },
    async stop() {
      await app.stop();
      journal.stop();
      for (const stop of stops) stop();
      await github.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
