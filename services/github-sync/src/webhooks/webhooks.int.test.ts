import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { createMemoryEventStore, createSchemaRegistry, type EventStore, EventStoreError } from '@claude-codex/eventing';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { afterEach, describe, expect, it } from 'vitest';
import { createGithubSyncApp } from '../app.ts';
import { githubPullRequestId } from '../pull-requests/pull-request-id.ts';

interface Example {
  action: string;
  pull_request: { html_url: string; merged: boolean; merge_commit_sha: string | null };
}
const require = createRequire(import.meta.url);
/** Bodies that GitHub really sent. */
const definitions = require('@octokit/webhooks-examples') as {
  name: string;
  examples: unknown[];
}[];
const pullRequests = definitions.find(({ name }) => name === 'pull_request')?.examples as Example[];
const closed = pullRequests.find(({ action }) => action === 'closed') ?? never();
const opened = pullRequests.find(({ action }) => action === 'opened') ?? never();
const merged = { ...closed, pull_request: { ...closed.pull_request, merged: true, merge_commit_sha: 'c'.repeat(40) } };
const stream = streamOf('pullrequest', githubPullRequestId(closed.pull_request.html_url));

const SECRET = 'the current secret';
const OLD_SECRET = 'the secret before';
/** JSON all the same, once the byte that is no character has become a replacement character. */
const NOT_UTF8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
const log = createLogger({ service: 'test', level: 'silent' });
const started: ServiceApp[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()));
});

function never(): never {
  throw new Error('the examples lack a pull request event');
}

async function open(options: { secrets?: string[]; store?: EventStore } = {}) {
  const { secrets = [SECRET, OLD_SECRET], store = memoryStore() } = options;
  const settings = { webhookSecrets: secrets };
  const app = createGithubSyncApp({ bus: createInProcessBus(), store, settings, log });
  started.push(app);
  await app.start();
  return { app, store };
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

async function openPullRequest(store: EventStore): Promise<void> {
  const id = '01jd0000000000000000000001';
  await store.append({
    commandId: 'open',
    meta: {
      actor: { kind: 'system', id: 'test' },
      causedBy: null,
      correlationId: 'c',
      causationId: null,
      workspaceId: id,
    },
    writes: [
      {
        stream,
        expectedVersion: 0,
        events: [
          {
            type: 'PullRequestOpened',
            data: {
              taskId: id,
              repositoryId: id,
              provider: 'github',
              number: 2,
              url: closed.pull_request.html_url,
              branch: 'changes',
              baseBranch: 'main',
              headSha: 'h',
              title: 'T',
              body: '',
              draft: false,
            },
          },
        ],
      },
    ],
  });
}

const typesIn = async (store: EventStore) => (await store.readStream(stream)).map(({ type }) => type);

describe('a delivery', () => {
  it('closes the pull request of a task, once', async () => {
    const { app, store } = await open();
    await openPullRequest(store);
    const first = await deliver(app);
    expect([first.statusCode, first.json().status]).toEqual([200, 'done']);
    const again = await deliver(app);
    expect([again.statusCode, again.json().status]).toEqual([200, 'duplicate']);
    const replayed = await deliver(app, { headers: { 'x-github-delivery': 'another' } });
    expect(replayed.json().status).toBe('duplicate');
    expect(await typesIn(store)).toEqual(['PullRequestOpened', 'PullRequestClosed']);
  });

  it('records a merge with its commit, and an older closing does not undo it', async () => {
    const { app, store } = await open();
    await openPullRequest(store);
    expect((await deliver(app, { body: JSON.stringify(merged) })).json().status).toBe('done');
    expect((await deliver(app)).json()).toEqual({ status: 'ignored', reason: 'PULL_REQUEST_NOT_OPEN' });
    expect((await store.readStream(stream)).at(-1)?.data).toEqual({ mergeSha: 'c'.repeat(40), strategy: 'merge' });
  });

  it('may be signed with the secret before this one', async () => {
    const { app, store } = await open();
    await openPullRequest(store);
    expect((await deliver(app, { secret: OLD_SECRET })).json().status).toBe('done');
  });

  it('about something else is accepted and does nothing', async () => {
    const { app, store } = await open();
    expect((await deliver(app)).json()).toEqual({ status: 'ignored', reason: 'no task has this pull request' });
    await openPullRequest(store);
    expect((await deliver(app, { body: JSON.stringify(opened) })).statusCode).toBe(202);
    expect((await deliver(app, { headers: { 'x-github-event': 'issues' } })).statusCode).toBe(202);
    expect((await deliver(app, { body: '{"action":"closed"}' })).statusCode).toBe(202);
    expect(await typesIn(store)).toEqual(['PullRequestOpened']);
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

  it('as long as GitHub is not connected', async () => {
    const { app } = await open({ secrets: [] });
    const answer = await deliver(app);
    expect([answer.statusCode, answer.json().detail]).toEqual([
      404,
      expect.stringContaining('GitHub is not connected'),
    ]);
  });

  it('when it cannot be stored within a second, so that GitHub shows it as failed', async () => {
    const store: EventStore = { ...memoryStore(), readStream: () => new Promise(() => undefined) };
    const { app } = await open({ store });
    const answer = await deliver(app);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'STORE_UNAVAILABLE']);
    const refusing: EventStore = {
      ...memoryStore(),
      readStream: () => Promise.reject(new EventStoreError('EVENT_STORE_UNAVAILABLE')),
    };
    const down = await open({ store: refusing });
    expect((await deliver(down.app)).statusCode).toBe(503);
  });
});

function signatureOf(body: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` };
}
