import { type SessionView, streamOf, type TaskEventsPage } from '@claude-codex/contracts';
import { tellsOfCalls } from '@claude-codex/contracts/call-categories';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { reviewedTask } from '../task-page/reviewed-task.fixture.ts';
import { append } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let taskId: string;
beforeAll(async () => {
  gateway = await startTestGateway({}, PROJECTIONS);
  owner = await setUp(gateway);
  const workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  const task = await reviewedTask(gateway, workspaceId, { attempts: 2, rounds: 3, comments: 1 });
  taskId = task.taskId;
  const usage = {
    ...{ instanceId: task.instanceId, taskId, model: 'm', status: 200, inputTokens: 1, outputTokens: 1 },
    ...{ cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0, durationMs: 1 },
  };
  const called = Array.from({ length: 5 }, () => ({ type: 'ModelCallSettled', data: usage }));
  const position = await append(gateway, workspaceId, streamOf('usage', task.instanceId), called);
  await waitFor('the read models', async () => (await page(`min_position=${position}`)).position >= position);
});
afterAll(() => gateway.stop());

async function page(query: string): Promise<TaskEventsPage> {
  return (await owner.call('GET', `/api/tasks/${taskId}/events?${query}`)).body as TaskEventsPage;
}

const positionsOf = ({ events }: TaskEventsPage) => events.map(({ position }) => position);

async function backward(query: string): Promise<number[]> {
  let found: number[] = [];
  let before: number | null = null;
  do {
    const read = await page(`direction=backward&limit=4&${query}${before === null ? '' : `&before=${before}`}`);
    found = [...positionsOf(read), ...found];
    before = read.nextBefore;
  } while (before !== null);
  return found;
}

describe('the events of a task, read backward', () => {
  it('are those that are read forward, page by page', async () => {
    const forward = positionsOf(await page('limit=1000'));
    expect(forward.length).toBeGreaterThan(20);
    expect(await backward('of=all')).toEqual(forward);
  });

  it('begin with the newest', async () => {
    const newest = await page('direction=backward&limit=3');
    expect(newest.events.map(({ type }) => type)).toEqual(Array(3).fill('ModelCallSettled'));
    expect(newest).toMatchObject({ nextAfter: null, nextBefore: newest.events[0]?.position });
  });

  it('leave out those of single calls when only decisions are wanted, in both directions', async () => {
    const decisions = (await page('limit=1000')).events.filter(({ stream }) => !tellsOfCalls(stream));
    const positions = decisions.map(({ position }) => position);
    expect(await backward('of=decisions')).toEqual(positions);
    expect(positionsOf(await page('limit=1000&of=decisions'))).toEqual(positions);
  });

  it.each([
    ['before=5', 'querystring.before'],
    ['direction=backward&after=5', 'querystring.after'],
  ])('refuse what would be ignored: %s', async (query, field) => {
    const refused = await owner.call('GET', `/api/tasks/${taskId}/events?${query}`);
    expect([refused.status, refused.problem.errors[0]?.field]).toEqual([400, field]);
  });
});
