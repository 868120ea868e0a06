import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES, streamOf, subjects } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { createMemoryEventStore, createSchemaRegistry, type EventStore } from '@claude-codex/eventing';
import { type Bus, createInProcessBus, createLogger } from '@claude-codex/service-kit';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { waitFor } from '@claude-codex/testing/wait-for';
import { createGithubSyncApp } from '../app.ts';
import { type JournalDouble, serveJournal } from '../deliveries/journal-double.fixture.ts';

interface Example {
  action: string;
  pull_request: { number: number; html_url: string };
  repository: { full_name: string; clone_url: string };
}
const require = createRequire(import.meta.url);
/** Bodies that GitHub really sent, by family. */
export const EXAMPLES = require('@octokit/webhooks-examples') as { name: string; examples: unknown[] }[];
const pullRequests = EXAMPLES.find(({ name }) => name === 'pull_request')?.examples as Example[];
export const CLOSED = pullRequests.find(({ action }) => action === 'closed') ?? never();

export const ID = '01jd0000000000000000000001';
export const SECRET = 'the current secret';
export const OLD_SECRET = 'the secret before';
const log = createLogger({ service: 'test', level: 'silent' });

function never(): never {
  throw new Error('the examples lack a pull request event');
}

export interface Hooked {
  app: ServiceApp;
  bus: Bus;
  store: EventStore;
  journal: JournalDouble;
  stop(): Promise<void>;
}

/** The service as it is where webhooks arrive. Nothing is asked of GitHub: nobody opens a credential. */
export async function openHooked(options: { secrets?: string[]; store?: EventStore } = {}): Promise<Hooked> {
  const { secrets = [SECRET, OLD_SECRET], store = memoryStore() } = options;
  const directory = mkdtempSync(join(tmpdir(), 'github-sync-'));
  const webhookSecrets = secrets.map((secret) => ({
    name: secret === SECRET ? 'environment' : 'environment_previous',
    secret,
  }));
  const settings = {
    apiUrl: 'http://127.0.0.1:9',
    proxy: {},
    pollMs: 60_000,
    reconcileMs: 300_000,
    publicUrl: null,
    webhookSecrets,
    directory,
  };
  const bus = createInProcessBus();
  const journal = serveJournal(bus);
  const app = createGithubSyncApp({ bus, store, settings, log });
  await app.start();
  return {
    ...{ app, bus, store, journal },
    async stop() {
      await app.stop();
      journal.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function memoryStore(): EventStore {
  return createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
}

export interface Sent {
  body?: string | Buffer;
  secret?: string;
  headers?: Record<string, string>;
}

export function signatureOf(body: string | Buffer, secret = SECRET): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

export function deliver(app: ServiceApp, { body = JSON.stringify(CLOSED), secret = SECRET, headers = {} }: Sent = {}) {
  return app.http.inject({
    method: 'POST',
    url: '/webhooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      ...signatureOf(body, secret),
      ...headers,
    },
    payload: body,
  });
}

/** Resolves once nothing waits any more. */
export async function settled({ journal }: Pick<Hooked, 'journal'>): Promise<void> {
  const isOpen = () => journal.lines.some(({ result }) => result.outcome === 'waiting');
  await waitFor('every delivery to be handled', async () => !isOpen() || null, { timeoutMs: 20_000 });
}

/** A task whose pull request stands there as the examples of GitHub have it. */
export async function openPullRequest(store: EventStore): Promise<void> {
  const actor = { kind: 'system' as const, id: 'test' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: ID };
  const { full_name: slug, clone_url: url } = CLOSED.repository;
  const settings = {
    name: 'shop',
    baseBranch: null,
    checkCommand: null,
    requireGreen: false,
    defaultBranch: 'main',
    followThrough: FOLLOW_THROUGH,
    sendsThreads: true,
    issues: ISSUE_SETTINGS,
  };
  const source = { kind: 'forge', provider: 'github', connectionId: ID, slug, url };
  const about = { taskId: ID, repositoryId: ID, provider: 'github', number: null, url: null };
  const what = { branch: 'changes', baseBranch: 'main', headSha: 'h', title: 'T', body: '', draft: false };
  const place = { number: CLOSED.pull_request.number, url: CLOSED.pull_request.html_url };
  const writes = [
    { stream: streamOf('repository', ID), events: [{ type: 'RepositoryConnected', data: { ...settings, source } }] },
    {
      stream: streamOf('pullrequest', ID),
      events: [
        { type: 'PullRequestOpened', data: { ...about, ...what } },
        { type: 'PullRequestPublished', data: place },
      ],
    },
  ];
  await store.append({ commandId: 'open', meta, writes: writes.map((write) => ({ ...write, expectedVersion: 0 })) });
}

/** Pull requests that a delivery made worth a look. */
export function news(bus: Bus): string[] {
  const heard: string[] = [];
  const { news: subject } = subjects.forge('github');
  bus.subscribe(subject, (payload) => heard.push(...JSON.parse(Buffer.from(payload).toString()).pullRequestIds));
  return heard;
}
