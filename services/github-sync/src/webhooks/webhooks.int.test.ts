import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES, ForgeWebhooksRequest, streamOf, subjects } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { createMemoryEventStore, createSchemaRegistry, type EventStore, EventStoreError } from '@claude-codex/eventing';
import { type Bus, createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, describe, expect, it } from 'vitest';
import { createGithubSyncApp } from '../app.ts';

interface Example {
  action: string;
  pull_request: { number: number; html_url: string };
  repository: { full_name: string; clone_url: string };
}
const require = createRequire(import.meta.url);
/** Bodies that GitHub really sent. */
const definitions = require('@octokit/webhooks-examples') as {
  name: string;
  examples: unknown[];
}[];
const pullRequests = definitions.find(({ name }) => name === 'pull_request')?.examples as Example[];
const closed = pullRequests.find(({ action }) => action === 'closed') ?? never();
const ID = '01jd0000000000000000000001';

const SECRET = 'the current secret';
const OLD_SECRET = 'the secret before';
/** JSON all the same, once the byte that is no character has become a replacement character. */
const NOT_UTF8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
const log = createLogger({ service: 'test', level: 'silent' });
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((stop) => stop()));
});

function never(): never {
  throw new Error('the examples lack a pull request event');
}

async function open(options: { secrets?: string[]; store?: EventStore; isRead?: boolean } = {}) {
  const { secrets = [SECRET, OLD_SECRET], store = memoryStore(), isRead = true } = options;
  const directory = mkdtempSync(join(tmpdir(), 'github-sync-'));
  // Nothing is asked of GitHub here: nobody opens a credential.
  const apiUrl = 'http://127.0.0.1:9';
  const settings = { apiUrl, proxy: {}, pollMs: 60_000, publicUrl: null, webhookSecrets: secrets, directory };
  const bus = createInProcessBus();
  const app = createGithubSyncApp({ bus, store, settings, log });
  started.push(async () => {
    await app.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await app.start();
  if (isRead) await waitFor('the log to be read', async () => (await deliver(app)).statusCode !== 503 || null);
  return { app, bus, store };
}

function memoryStore(): EventStore {
  return createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
}

interface Sent {
  body?: string | Buffer;
  secret?: string;
  headers?: Record<string, string>;
}

function deliver(app: ServiceApp, { body = JSON.stringify(closed), secret = SECRET, headers = {} }: Sent = {}) {
  return app.http.inject({
    method: 'POST',
    url: '/webhooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ...headers,
    },
    payload: body,
  });
}

/** A task whose pull request stands there as the examples of GitHub have it. */
async function openPullRequest(store: EventStore): Promise<void> {
  const actor = { kind: 'system' as const, id: 'test' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: ID };
  const { full_name: slug, clone_url: url } = closed.repository;
  const settings = {
    name: 'shop',
    baseBranch: null,
    checkCommand: null,
    requireGreen: false,
    defaultBranch: 'main',
    followThrough: FOLLOW_THROUGH,
  };
  const source = { kind: 'forge', provider: 'github', connectionId: ID, slug, url };
  const about = { taskId: ID, repositoryId: ID, provider: 'github', number: null, url: null };
  const what = { branch: 'changes', baseBranch: 'main', headSha: 'h', title: 'T', body: '', draft: false };
  const place = { number: closed.pull_request.number, url: closed.pull_request.html_url };
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
function news(bus: Bus): string[] {
  const heard: string[] = [];
  const { news: subject } = subjects.forge('github');
  bus.subscribe(subject, (payload) => heard.push(...JSON.parse(Buffer.from(payload).toString()).pullRequestIds));
  return heard;
}

describe('a delivery', () => {
  it('makes its pull request worth a look, in either content type and under the secret of before', async () => {
    const { app, bus, store } = await open();
    await openPullRequest(store);
    const heard = news(bus);
    await waitFor('the log to be read', async () => (await deliver(app)).json().status === 'done' || null);
    heard.splice(0);
    expect((await deliver(app, { secret: OLD_SECRET })).json().status).toBe('done');
    const form = new URLSearchParams({ payload: JSON.stringify(closed) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await deliver(app, { body: form, headers })).json().status).toBe('done');
    expect(heard).toEqual([ID, ID]);
  });

  it('about something else is accepted, and nothing follows', async () => {
    const { app, bus, store } = await open();
    await openPullRequest(store);
    await waitFor('the log to be read', async () => (await deliver(app)).json().status === 'done' || null);
    const heard = news(bus);
    const elsewhere = { ...closed, repository: { ...closed.repository, full_name: 'somebody/else' } };
    const another = { ...closed, pull_request: { ...closed.pull_request, number: 999 } };
    for (const body of [elsewhere, another, { action: 'closed' }].map((value) => JSON.stringify(value))) {
      expect((await deliver(app, { body })).statusCode).toBe(202);
    }
    expect((await deliver(app, { headers: { 'x-github-event': 'issues' } })).statusCode).toBe(202);
    expect(heard).toEqual([]);
  });

  it.each(definitions.map(({ name, examples }) => [name, examples] as const))(
    '%s from GitHub is understood',
    async (name, examples) => {
      const { app } = await open();
      for (const example of examples) {
        const { statusCode } = await deliver(app, {
          body: JSON.stringify(example),
          headers: { 'x-github-event': name },
        });
        expect([200, 202]).toContain(statusCode);
      }
    },
  );
});

describe('a delivery is refused', () => {
  it.each([
    ['without a signature', { headers: { 'x-hub-signature-256': '' } }],
    ['with a short one', { headers: { 'x-hub-signature-256': 'sha256=abc' } }],
    ['with a SHA-1 one', { headers: { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` } }],
    ['signed with another secret', { secret: 'somebody else entirely' }],
    ['when the same JSON is written otherwise', { headers: signatureOf(`${JSON.stringify(closed)} `) }],
    ['when it is not UTF-8', { body: NOT_UTF8 }],
    ['when only what it is read as was signed', { body: NOT_UTF8, headers: signatureOf(NOT_UTF8.toString()) }],
  ])('%s', async (_name, sent: Sent) => {
    const { app, store } = await open();
    const answer = await deliver(app, sent);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'TOKEN_INVALID' });
    expect((await store.head()).position).toBe(0);
  });

  it('when it is empty, signed or not', async () => {
    const { app } = await open();
    expect((await deliver(app, { body: '' })).json()).toMatchObject({ status: 400, code: 'MALFORMED_JSON' });
    expect((await deliver(app, { body: '', secret: 'another' })).json()).toMatchObject({
      status: 400,
      code: 'MALFORMED_JSON',
    });
  });

  it('when it is not JSON', async () => {
    const { app } = await open();
    const answer = await deliver(app, { body: 'payload=%7B%7D' });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'MALFORMED_JSON']);
  });

  it('when it is larger than GitHub sends', async () => {
    const { app } = await open();
    const answer = await deliver(app, { body: Buffer.alloc(25 * 1024 * 1024 + 1, 0x20) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('as long as webhooks are not set up', async () => {
    const { app } = await open({ secrets: [] });
    const answer = await deliver(app);
    expect([answer.statusCode, answer.json().detail]).toEqual([
      404,
      expect.stringContaining('Webhooks are not set up'),
    ]);
  });

  it('while the log is still being read, so that GitHub shows it as failed', async () => {
    const store: EventStore = {
      ...memoryStore(),
      head: () => Promise.reject(new EventStoreError('EVENT_STORE_UNAVAILABLE')),
    };
    const { app } = await open({ store, isRead: false });
    const answer = await deliver(app);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'NOT_READY']);
  });
});

function signatureOf(body: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` };
}

describe('a delivery of an app', () => {
  const headers = {
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': '7',
  };

  it('is known by the secret of that app, with or without one of the environment', async () => {
    for (const secrets of [[], [SECRET]]) {
      const { app, bus } = await open({ secrets, isRead: false });
      const stop = serveJson(bus, subjects.secrets.forgeWebhooks, ForgeWebhooksRequest, async ({ publicKey }) => ({
        sealed: await sealTo(publicKey, JSON.stringify([{ appId: 7, secret: 'of the app' }])),
      }));
      const accepted = await waitFor('the log to be read', async () => {
        const answer = await deliver(app, { secret: 'of the app', headers });
        return answer.statusCode === 503 ? null : answer;
      });
      expect(accepted.statusCode).toBe(202);
      expect((await deliver(app, { secret: 'of another', headers })).statusCode).toBe(401);
      const other = { ...headers, 'x-github-hook-installation-target-id': '8' };
      expect((await deliver(app, { secret: 'of the app', headers: other })).statusCode).toBe(
        secrets.length === 0 ? 404 : 401,
      );
      stop();
    }
  });
});
