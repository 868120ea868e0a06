import { type EventType, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let at: Furnished;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as { workspace: { id: string } }).workspace.id;
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  at = await furnish(gateway, workspaceId);
});

async function types(): Promise<EventType[]> {
  const events = await gateway.store.readStream(streamOf('proposal', at.proposalId), { limit: 100 });
  return events.map(({ type }) => type as EventType);
}

it('one person decides which issues are opened, and whoever comes later is told that it was decided', async () => {
  const proposal = `/api/issue-proposals/${at.proposalId}`;
  expect((await owner.call('PATCH', `${proposal}/accept`, { chosen: [1, 1] })).status).toBe(200);
  expect((await owner.call('PATCH', `${proposal}/accept`, { chosen: [0] })).problem.code).toBe('PROPOSAL_DECIDED');
  expect((await owner.call('PATCH', `${proposal}/decline`, {})).problem.code).toBe('PROPOSAL_DECIDED');
  expect(await types()).toEqual(['IssuesProposed', 'IssuesAccepted']);
});

it('what is declined is never opened', async () => {
  const proposal = `/api/issue-proposals/${at.proposalId}`;
  expect((await owner.call('PATCH', `${proposal}/decline`, { reason: 'Later.' })).status).toBe(200);
  expect((await owner.call('PATCH', `${proposal}/accept`, { chosen: [0] })).problem.code).toBe('PROPOSAL_DECIDED');
});

it('nothing is chosen that is not in the list', async () => {
  const accept = `/api/issue-proposals/${at.proposalId}/accept`;
  expect((await owner.call('PATCH', accept, { chosen: [2] })).problem.code).toBe('ISSUE_NOT_PROPOSED');
  for (const chosen of [[], [-1], [0.5], 'all']) {
    expect((await owner.call('PATCH', accept, { chosen })).problem.code).toBe('INVALID_FIELD');
  }
  expect(await types()).toEqual(['IssuesProposed']);
});

it('a viewer only reads, and to another workspace there is no such list', async () => {
  const accept = `/api/issue-proposals/${at.proposalId}/accept`;
  const viewer = await join(gateway, owner, 'viewer', 'Vera');
  expect((await viewer.call('PATCH', accept, { chosen: [0] })).problem.code).toBe('ROLE_REQUIRED');
  const { owner: stranger } = await otherWorkspace(gateway);
  expect((await stranger.call('PATCH', accept, { chosen: [0] })).problem.code).toBe('PROPOSAL_NOT_FOUND');
  const nowhere = `/api/issue-proposals/${newId()}/accept`;
  expect((await owner.call('PATCH', nowhere, { chosen: [0] })).problem.code).toBe('PROPOSAL_NOT_FOUND');
});
