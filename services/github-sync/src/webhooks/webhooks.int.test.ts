import { ForgeWebhooksRequest, subjects } from '@claude-codex/contracts';
import { type EventStore, EventStoreError } from '@claude-codex/eventing';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CLOSED,
  deliver,
  type Hooked,
  ID,
  memoryStore,
  news,
  OLD_SECRET,
  openHooked,
  openPullRequest,
  SECRET,
  type Sent,
  settled,
  signatureOf,
} from './hooked.fixture.ts';

/** JSON all the same, once the byte that is no character has become a replacement character. */
const NOT_UTF8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
const started: Hooked[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

async function open(options: Parameters<typeof openHooked>[0] = {}): Promise<Hooked> {
  const hooked = await openHooked(options);
  started.push(hooked);
  return hooked;
}

/** The same events under other times, so that no body is that of before. */
const another = (at: number) => JSON.stringify({ ...CLOSED, at });

describe('a delivery', () => {
  it('is stored, answered, and then makes its pull request worth a look', async () => {
    const at = await open();
    await openPullRequest(at.store);
    const heard = news(at.bus);
    const answer = await deliver(at.app);
    expect([answer.statusCode, answer.json()]).toEqual([202, { status: 'waiting' }]);
    expect(at.journal.lines[0]?.arrived).toMatchObject({
      ...{
        event: 'pull_request',
        action: 'closed',
        repository: CLOSED.repository.full_name,
        signedWith: 'environment',
      },
      ...{ guid: '72d3162e-cc78-11e3-81ab-4c9367dc0958', bytes: JSON.stringify(CLOSED).length },
    });
    await waitFor('the look', async () => heard.includes(ID) || null);
  });

  it('is as good under the secret of before, and as a form', async () => {
    const { app, journal } = await open();
    await deliver(app, { secret: OLD_SECRET });
    const form = new URLSearchParams({ payload: another(1) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await deliver(app, { body: form, headers })).json()).toEqual({ status: 'waiting' });
    expect(journal.lines.map(({ arrived }) => arrived.signedWith)).toEqual(['environment_previous', 'environment']);
    expect(journal.lines[1]?.arrived.payload).toBe(another(1));
  });

  it('that comes again makes nobody look, whatever its id and whether as JSON or a form', async () => {
    const at = await open();
    await openPullRequest(at.store);
    await deliver(at.app);
    const heard = news(at.bus);
    await waitFor('the look', async () => heard.includes(ID) || null);
    const form = new URLSearchParams({ payload: JSON.stringify(CLOSED) }).toString();
    const encoded = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const sent of [{}, { headers: { 'x-github-delivery': 'another' } }, { body: form, headers: encoded }]) {
      expect((await deliver(at.app, sent)).json()).toEqual({ status: 'repeated' });
    }
    expect(at.journal.lines.map(({ result }) => result.outcome).slice(1)).toEqual(['repeated', 'repeated', 'repeated']);
    await deliver(at.app, { body: another(2) });
    await waitFor('the look of the next one', async () => heard.length === 2 || null);
  });

  it('about something else has no effect, and its record says why', async () => {
    const at = await open();
    await openPullRequest(at.store);
    const heard = news(at.bus);
    const elsewhere = { ...CLOSED, repository: { ...CLOSED.repository, full_name: 'somebody/else' } };
    const other = { ...CLOSED, pull_request: { ...CLOSED.pull_request, number: 999 } };
    for (const body of [elsewhere, other, { action: 'closed' }]) {
      expect((await deliver(at.app, { body: JSON.stringify(body) })).statusCode).toBe(202);
    }
    await deliver(at.app, { headers: { 'x-github-event': 'issues' } });
    await settled(at);
    expect(at.journal.lines.map(({ result }) => [result.outcome, result.detail])).toEqual([
      ['no_effect', 'No task has an open pull request it is about.'],
      ['no_effect', 'No task has an open pull request it is about.'],
      ['no_effect', 'It is not as GitHub documents "pull_request".'],
      ['no_effect', 'Nothing follows from "issues" here.'],
    ]);
    expect(heard).toEqual([]);
  });

  it('keeps nothing of a payload that is too large, and is handled all the same', async () => {
    const at = await open();
    await openPullRequest(at.store);
    const heard = news(at.bus);
    await deliver(at.app, { body: JSON.stringify({ ...CLOSED, more: 'x'.repeat(600_000) }) });
    await waitFor('the look', async () => heard.includes(ID) || null);
    expect(at.journal.lines[0]?.arrived).toMatchObject({ payload: null, action: 'closed' });
  });

  it('says why looking failed and how often, and is tried again', async () => {
    const at = await open();
    await openPullRequest(at.store);
    await deliver(at.app);
    const result = () => at.journal.lines[0]?.result;
    await waitFor('a second try', async () => (result()?.tries ?? 0) > 1 || null, { timeoutMs: 10_000 });
    // Nobody opens the credential here.
    expect(result()).toMatchObject({
      outcome: 'failed',
      detail: expect.stringMatching(/not connected .* tried again\.$/),
    });
    expect(result()?.pullRequestIds).toEqual([ID]);
  });

  it('waits, stored, while the log is still being read', async () => {
    const store: EventStore = {
      ...memoryStore(),
      head: () => Promise.reject(new EventStoreError('EVENT_STORE_UNAVAILABLE')),
    };
    const { app, journal } = await open({ store });
    expect((await deliver(app)).statusCode).toBe(202);
    expect(journal.lines.map(({ result }) => result.outcome)).toEqual(['waiting']);
  });

  it('that cannot be stored is not taken, so that GitHub shows it as failed', async () => {
    const { app, journal } = await open();
    journal.stop();
    const answer = await deliver(app);
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'NOT_READY']);
  });

  it('is handled once more when a person wishes for it, or the process was gone in between', async () => {
    const at = await open();
    await deliver(at.app);
    await settled(at);
    await openPullRequest(at.store);
    const heard = news(at.bus);
    const [first] = at.journal.lines;
    if (first === undefined) throw new Error('nothing came');
    await at.journal.replay(first);
    await waitFor('the look', async () => heard.includes(ID) || null);
    expect(first.result.outcome).toBe('no_effect');
  });
});

describe('a delivery is refused, and nothing of it is kept', () => {
  it.each([
    ['without a signature', { headers: { 'x-hub-signature-256': '' } }],
    ['with a short one', { headers: { 'x-hub-signature-256': 'sha256=abc' } }],
    ['with a SHA-1 one', { headers: { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` } }],
    ['signed with another secret', { secret: 'somebody else entirely' }],
    ['when the same JSON is written otherwise', { headers: signatureOf(`${JSON.stringify(CLOSED)} `) }],
    ['when it is not UTF-8', { body: NOT_UTF8 }],
    ['when only what it is read as was signed', { body: NOT_UTF8, headers: signatureOf(NOT_UTF8.toString()) }],
  ])('%s', async (_name, sent: Sent) => {
    const { app, store, journal } = await open();
    const answer = await deliver(app, sent);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'TOKEN_INVALID' });
    expect((await store.head()).position).toBe(0);
    expect(journal.lines).toEqual([]);
  });

  it('when it is empty, signed or not', async () => {
    const { app } = await open();
    for (const secret of [SECRET, 'another']) {
      const answer = await deliver(app, { body: '', secret });
      expect(answer.json()).toMatchObject({ status: 400, code: 'MALFORMED_JSON' });
    }
  });

  it('when it is not JSON', async () => {
    const { app, journal } = await open();
    const answer = await deliver(app, { body: 'payload=%7B%7D' });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'MALFORMED_JSON']);
    expect(journal.lines).toEqual([]);
  });

  it('when it is larger than GitHub sends', async () => {
    const { app } = await open();
    const answer = await deliver(app, { body: Buffer.alloc(25 * 1024 * 1024 + 1, 0x20) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('as long as webhooks are not set up', async () => {
    const { app } = await open({ secrets: [] });
    const answer = await deliver(app);
    const detail = expect.stringContaining('Webhooks are not set up');
    expect([answer.statusCode, answer.json().detail]).toEqual([404, detail]);
  });
});

describe('a delivery of an app', () => {
  const headers = {
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': '7',
  };

  it('is known by the secret of that app, with or without one of the environment', async () => {
    for (const secrets of [[], [SECRET]]) {
      const { app, bus, journal } = await open({ secrets });
      const stop = serveJson(bus, subjects.secrets.forgeWebhooks, ForgeWebhooksRequest, async ({ publicKey }) => ({
        sealed: await sealTo(publicKey, JSON.stringify([{ appId: 7, credentialId: ID, secret: 'of the app' }])),
      }));
      expect((await deliver(app, { secret: 'of the app', headers })).statusCode).toBe(202);
      expect(journal.lines.map(({ arrived }) => arrived.signedWith)).toEqual(['app:7']);
      expect((await deliver(app, { secret: 'of another', headers })).statusCode).toBe(401);
      const other = { ...headers, 'x-github-hook-installation-target-id': '8' };
      expect((await deliver(app, { secret: 'of the app', headers: other })).statusCode).toBe(
        secrets.length === 0 ? 404 : 401,
      );
      stop();
    }
  });
});
