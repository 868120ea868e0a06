import { type BoardView, type SessionView, streamOf, type TaskEventsPage } from '@claude-codex/contracts';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append } from '../workspace.fixture.ts';
import { reviewedTask } from './reviewed-task.fixture.ts';

const SMALL = { attempts: 1, rounds: 1, comments: 0 };
const LARGE = { attempts: 8, rounds: 5, comments: 10 };

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
beforeAll(async () => {
  gateway = await startTestGateway({}, PROJECTIONS);
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
});
afterAll(() => gateway.stop());

/** The read models show everything up to there. */
async function shown(position: number): Promise<void> {
  const at = async () => ((await owner.call('GET', '/api/board')).body as BoardView).position;
  await waitFor('the read models', async () => (await at()) >= position, { timeoutMs: 60_000 });
}

const callOf = ({ taskId, instanceId }: { taskId: string; instanceId: string }) => ({
  ...{ instanceId, taskId, model: 'claude-sonnet-4-5-20250929', status: 200, inputTokens: 12_345 },
  ...{ outputTokens: 2_345, cacheReadTokens: 123_456, cacheWriteTokens: 12_345, costUsd: 0.1234567 },
  durationMs: 12_345,
});

/** What a stream sends for one model call: from the append on until its event has come. */
async function bytesPerCall(path: string, { taskId, instanceId }: { taskId: string; instanceId: string }) {
  const { epoch, position } = (await owner.call('GET', '/api/board')).body as BoardView;
  const stop = new AbortController();
  const response = await fetch(`${gateway.address}${path}${path.includes('?') ? '&' : '?'}after=${epoch}-${position}`, {
    headers: { cookie: owner.cookie ?? '' },
    signal: stop.signal,
  });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  await waitFor('the hello', () => text.includes('event: hello'));
  const before = text.length;
  await append(gateway, workspaceId, streamOf('usage', instanceId), [
    { type: 'ModelCallSettled', data: callOf({ taskId, instanceId }) },
  ]);
  await waitFor('its event', () => text.slice(before).includes('ModelCallSettled') && text.endsWith('\n\n'));
  stop.abort();
  await reading;
  return text.length - before;
}

it('of a model call are few, however large the task is', async () => {
  const small = await reviewedTask(gateway, workspaceId, SMALL);
  const large = await reviewedTask(gateway, workspaceId, LARGE);
  await shown(large.position);
  const bytes = {
    small: await bytesPerCall(`/api/stream?task=${small.taskId}`, small),
    large: await bytesPerCall(`/api/stream?task=${large.taskId}`, large),
  };
  expect(Math.max(...Object.values(bytes))).toBeLessThan(1024);
});

it('of the first view are bounded, for a task of eight attempts with five rounds of review each and many calls', async () => {
  const { taskId, instanceId } = await reviewedTask(gateway, workspaceId, LARGE);
  const calls = Array.from({ length: 90 }, () => ({ type: 'ModelCallSettled', data: callOf({ taskId, instanceId }) }));
  await shown(await append(gateway, workspaceId, streamOf('usage', instanceId), calls));
  const rows = await owner.call('GET', `/api/tasks/${taskId}/rows`);
  const events = await owner.call('GET', `/api/tasks/${taskId}/events?direction=backward&of=decisions&limit=40`);
  expect((events.body as TaskEventsPage).events).toHaveLength(40);
  const bytes = { rows: JSON.stringify(rows.body).length, events: JSON.stringify(events.body).length };
  expect(bytes.rows).toBeLessThan(64 * 1024);
  expect(bytes.events).toBeLessThan(64 * 1024);
});
