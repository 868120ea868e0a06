import { createHash } from 'node:crypto';
import type { SessionView } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

const PLAN = '# Plan\n\n<script>alert(1)</script>\n';

let gateway: TestGateway;
let owner: Client;
let task: Furnished;
let blobId: string;
let was: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  const workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  task = await furnish(gateway, workspaceId);
  // Nothing is written over the rows below once the projections have read all of it.
  await owner.call('GET', `/api/board?min_position=${task.position}`);
  ({ blobId } = await gateway.blobs.put(Buffer.from(PLAN), { maxBytes: 1000 }));
  // What the projector makes of a hand-over; it has tests of its own.
  const documents = JSON.stringify([{ path: 'PLAN.md', blobId, phase: 'plan', revisedBy: null }]);
  const sql = `update read.task_row set body = jsonb_set(body, '{value,documents}', $2::jsonb)
    where task_id = $1 and kind = 'task_work'`;
  await waitFor(
    'the task’s row',
    async () => (await gateway.admin.query(sql, [task.taskId, documents])).rowCount === 1,
  );
  // Before anything is read: what was read is kept until the log goes on.
  ({ blobId: was } = await gateway.blobs.put(Buffer.from('what the agent wrote'), { maxBytes: 1000 }));
  await replacePlan(was);
});
afterAll(() => gateway.stop());

/** What the projector makes of a person's revision: the agent's text stays beside it. */
async function replacePlan(previous: string): Promise<void> {
  const replaced = JSON.stringify([
    { path: 'PLAN.md', blobId: previous, bytes: 1, sha256: previous, replacedBy: 'ada' },
  ]);
  const sql = `update read.task_row set body = jsonb_set(body, '{value,replaced}', $2::jsonb)
    where task_id = $1 and kind = 'task_review_work'`;
  await waitFor(
    'the review’s row',
    async () => (await gateway.admin.query(sql, [task.taskId, replaced])).rowCount === 1,
  );
}

const addressOf = (id: string) => `/api/tasks/${task.taskId}/blobs/${id}`;

it('gives a revision of a document as text that nothing runs', async () => {
  const answer = await fetch(gateway.address + addressOf(blobId), { headers: { cookie: owner.cookie ?? '' } });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(PLAN);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('cache-control')).toContain('private');
});

it('gives a text that a person put another one in the place of', async () => {
  const answer = await fetch(gateway.address + addressOf(was), { headers: { cookie: owner.cookie ?? '' } });
  expect(await answer.text()).toBe('what the agent wrote');
});

it('gives no content that the task does not refer to, even when it is stored', async () => {
  const { blobId: other } = await gateway.blobs.put(Buffer.from('of somebody else'), { maxBytes: 1000 });
  const unknown = createHash('sha256').update('nowhere').digest('hex');
  for (const id of [other, unknown]) {
    const answer = await owner.call('GET', addressOf(id));
    expect([answer.status, answer.problem.code]).toEqual([404, 'DOCUMENT_NOT_FOUND']);
  }
  const path = await owner.call('GET', addressOf('..%2f..%2fetc%2fpasswd'));
  expect([path.status, path.problem.errors[0]?.field]).toEqual([400, 'path.blobId']);
});

it('is closed to another workspace', async () => {
  const stranger = (await otherWorkspace(gateway)).owner;
  const answer = await stranger.call('GET', addressOf(blobId));
  expect([answer.status, answer.problem.code]).toEqual([404, 'TASK_NOT_FOUND']);
});
