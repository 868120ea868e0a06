import type { TaskView } from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
});
afterAll(() => gateway.stop());

const accepted = (body: unknown) => z.object({ id: z.string(), position: z.number() }).parse(body);

it('a task may be asked for right after its repository was connected, before anything is copied', async () => {
  const found = { ok: true, code: '', detail: '', defaultBranch: 'trunk', branches: ['trunk'] };
  const looked = { ...found, checkCommandSuggestion: null };
  const stop = serveJson(gateway.bus, 'manager.probe-repository', z.any(), async () => looked);
  const connected = await owner.call('POST', '/api/repositories', { source: { kind: 'sample' } });
  stop();
  const repositoryId = accepted(connected.body).id;
  const answer = await owner.call('POST', '/api/tasks', { title: 'At once', repositoryId });
  expect(answer.status).toBe(201);
  const { id, position } = accepted(answer.body);
  const { baseBranch, state } = (await owner.call('GET', `/api/tasks/${id}?min_position=${position}`)).body as TaskView;
  expect([baseBranch, state]).toEqual(['trunk', 'queued']);
});
