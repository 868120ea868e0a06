import { type EventType, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let at: Furnished;
let workspaceId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as { workspace: { id: string } }).workspace.id;
  at = await furnish(gateway, workspaceId);
});
afterAll(() => gateway.stop());

async function types(threadId: string): Promise<EventType[]> {
  const events = await gateway.store.readStream(streamOf('thread', threadId), { limit: 100 });
  return events.map(({ type }) => type as EventType);
}

it('people reply, resolve and open again; what is sent twice under one key acts once', async () => {
  const thread = `/api/threads/${at.threadId}`;
  const key = { 'idempotency-key': newId() };
  const first = await owner.call('POST', `${thread}/replies`, { body: 'Because of the order.' }, key);
  const again = await owner.call('POST', `${thread}/replies`, { body: 'Because of the order.' }, key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect((await owner.call('PATCH', `${thread}/resolve`)).status).toBe(200);
  expect((await owner.call('PATCH', `${thread}/resolve`)).status).toBe(200);
  expect((await owner.call('PATCH', `${thread}/unresolve`)).status).toBe(200);
  expect(await types(at.threadId)).toEqual(['ThreadOpened', 'ThreadReplied', 'ThreadResolved', 'ThreadUnresolved']);
});

it('a viewer only reads, and to another workspace there is no such thread', async () => {
  const viewer = await join(gateway, owner, 'viewer', 'Vera');
  const resolve = `/api/threads/${at.threadId}/resolve`;
  expect((await viewer.call('PATCH', resolve)).problem.code).toBe('ROLE_REQUIRED');
  const { owner: stranger } = await otherWorkspace(gateway);
  expect((await stranger.call('PATCH', resolve)).problem.code).toBe('THREAD_NOT_FOUND');
  expect((await owner.call('PATCH', `/api/threads/${newId()}/resolve`)).problem.code).toBe('THREAD_NOT_FOUND');
});

it('an empty reply is refused', async () => {
  const answer = await owner.call('POST', `/api/threads/${at.threadId}/replies`, { body: '  ' });
  expect([answer.status, answer.problem.code]).toEqual([400, 'INVALID_FIELD']);
});

it('what a forge did not take is to be sent again, once', async () => {
  const { taskId } = at;
  const send = `/api/threads/${at.threadId}/send`;
  expect((await owner.call('POST', send)).status).toBe(200);
  const actor = { kind: 'system' as const, id: 'github-sync' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId };
  const events = [{ type: 'ThreadNotSent' as const, data: { taskId, detail: 'It is locked.', headSha: 'h' } }];
  const writes = [{ stream: streamOf('thread', at.threadId), expectedVersion: 'any' as const, events }];
  await gateway.store.append({ commandId: newId(), meta, writes });
  expect((await owner.call('POST', send)).status).toBe(200);
  expect((await owner.call('POST', send)).status).toBe(200);
  expect((await types(at.threadId)).slice(-2)).toEqual(['ThreadNotSent', 'ThreadSendRequested']);
});
