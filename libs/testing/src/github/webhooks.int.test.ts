import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhooks as Receiver } from '@octokit/webhooks';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

const SECRET = 'a secret between the two';
const receiver = new Receiver({ secret: SECRET });

interface Received {
  readonly event: string;
  readonly id: string;
  readonly body: string;
  readonly type: string;
  readonly signature: string;
}
const received: Received[] = [];
let answer = 200;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const header = (name: string) => String(request.headers[name]);
  received.push({
    event: header('x-github-event'),
    id: header('x-github-delivery'),
    body: Buffer.concat(chunks).toString(),
    type: header('content-type'),
    signature: header('x-hub-signature-256'),
  });
  response.writeHead(answer).end();
});

let fake: FakeGithub;
let ask: ReturnType<typeof client>;
let hook: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  fake = await startFakeGithub({ plainApi: true });
  await fake.addRepository('ada/app');
  ask = client(fake, fake.addToken({ login: 'ada' }));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  hook = `/repos/ada/app/hooks/${fake.addHook('ada/app', { url, secret: SECRET })}`;
});
beforeEach(async () => {
  fake.webhooks.set({ drop: false, duplicate: false, shuffle: false, delayMs: 0, hold: false });
  answer = 200;
  await fake.webhooks.flush();
  received.length = 0;
});
afterAll(async () => {
  await fake.stop();
  server.close();
});

const issue = (title: string) => fake.openIssue('ada/app', { title });
const titles = () => received.map(({ body }) => JSON.parse(body).issue.title);

it('signs what it sends so that octokit takes it, in the order it happened', async () => {
  await fake.push('ada/app', 'work', { 'b.txt': 'new\n' });
  await fake.openPull('ada/app', { title: 'Work', head: 'work', base: 'main' });
  await fake.comment('ada/app', 1, 'Words', { by: 'bob' });
  await fake.merge('ada/app', 1);
  await fake.webhooks.flush();
  const told = received.map(({ event, body }) => [event, JSON.parse(body).action]);
  expect(told).toEqual([
    ['create', undefined],
    ['push', undefined],
    ['pull_request', 'opened'],
    ['issue_comment', 'created'],
    ['pull_request', 'closed'],
    ['push', undefined],
  ]);
  for (const { body, signature } of received) expect(await receiver.verify(body, signature)).toBe(true);
  expect(await receiver.verify('{}', received[0]?.signature ?? '')).toBe(false);
  expect(JSON.parse(received[3]?.body ?? '')).toMatchObject({
    sender: { login: 'bob' },
    repository: { full_name: 'ada/app' },
    issue: { pull_request: { html_url: `${fake.webUrl}/ada/app/pull/1` } },
  });
});

it('tells of a push that came through git and what followed from it', async () => {
  await fake.push('ada/app', 'other', { 'c.txt': 'new\n' });
  const pull = await fake.openPull('ada/app', { title: 'Other', head: 'other', base: 'main' });
  await fake.webhooks.flush();
  received.length = 0;
  const before = pull.pull.headSha;
  const after = await fake.push('ada/app', 'other', { 'c.txt': 'newer\n' });
  await fake.deleteBranch('ada/app', 'other');
  await fake.webhooks.flush();
  expect(received.map(({ event }) => event)).toEqual(['push', 'pull_request', 'delete', 'push', 'pull_request']);
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({ action: 'synchronize', before, after });
  expect(JSON.parse(received[4]?.body ?? '')).toMatchObject({ action: 'closed', pull_request: { merged: false } });
});

it('sends a form when the hook asks for one', async () => {
  const config = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/form`, secret: SECRET };
  await ask('POST /repos/ada/app/hooks', { events: ['issues'], config });
  await issue('A form');
  await fake.webhooks.flush();
  const form = received.findLast(({ type }) => type === 'application/x-www-form-urlencoded');
  expect(JSON.parse(new URLSearchParams(form?.body).get('payload') ?? '').issue.title).toBe('A form');
  expect(await receiver.verify(form?.body ?? '', form?.signature ?? '')).toBe(true);
  const [other] = (await ask('GET /repos/ada/app/hooks')).body.slice(-1);
  await ask(`DELETE /repos/ada/app/hooks/${other.id}`);
});

it('holds deliveries back, and then sends them the newest first', async () => {
  fake.webhooks.set({ hold: true, shuffle: true });
  for (const title of ['1', '2', '3']) await issue(title);
  expect(received).toEqual([]);
  await fake.webhooks.flush();
  expect(titles()).toEqual(['3', '2', '1']);
});

it('sends a delivery twice with one id', async () => {
  fake.webhooks.set({ duplicate: true });
  await issue('Twice');
  await fake.webhooks.flush();
  expect(titles()).toEqual(['Twice', 'Twice']);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
});

it('lists what never arrived, and sends it again when it is asked to', async () => {
  fake.webhooks.set({ drop: true });
  await issue('Lost');
  await fake.webhooks.flush();
  expect(received).toEqual([]);
  fake.webhooks.set({ drop: false });
  const [lost] = (await ask(`GET ${hook}/deliveries`)).body;
  expect(lost).toMatchObject({ event: 'issues', action: 'opened', status_code: 502, redelivery: false });
  expect((await ask(`POST ${hook}/deliveries/${lost.id}/attempts`)).status).toBe(202);
  await fake.webhooks.flush();
  expect(titles()).toEqual(['Lost']);
  expect(received[0]?.id).toBe(lost.guid);
  const [again] = (await ask(`GET ${hook}/deliveries`)).body;
  expect(again).toMatchObject({ guid: lost.guid, status_code: 200, redelivery: true });
});

it('keeps the status that a receiver answered', async () => {
  answer = 503;
  await issue('Refused');
  await fake.webhooks.flush();
  const [delivery] = (await ask(`GET ${hook}/deliveries`)).body;
  expect(delivery).toMatchObject({ status_code: 503, status: 'Invalid HTTP Response: 503' });
  expect((await ask('GET /repos/ada/app/hooks')).body[0].last_response.code).toBe(503);
});
