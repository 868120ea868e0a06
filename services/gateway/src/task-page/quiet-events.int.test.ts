import { type SessionView, streamOf } from '@claude-codex/contracts';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { SseReader } from '../stream/sse-reader.fixture.ts';
import { append, furnish } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
beforeAll(async () => {
  gateway = await startTestGateway({}, PROJECTIONS);
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

it('an event that changes nothing of a task is on its stream all the same', async () => {
  const workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  const { taskId, instanceId, position } = await furnish(gateway, workspaceId);
  await owner.call('GET', `/api/board?min_position=${position}`);
  const reader = new SseReader();
  const headers = { cookie: owner.cookie ?? '' };
  const told = () => reader.received.some(({ event }) => event === 'event');
  const reading = reader.read(`${gateway.address}/api/stream?task=${taskId}`, headers, told);
  await waitFor('the hello', () => reader.received.length > 0);
  const call = { instanceId, taskId, tool: 'report_progress', ok: true, code: null };
  await append(gateway, workspaceId, streamOf('tools', instanceId), [{ type: 'ToolCalled', data: call }]);
  await waitFor('its event', told);
  reader.cut();
  await reading;
  expect(reader.received.at(-1)?.data).toMatchObject({ type: 'ToolCalled' });
});
