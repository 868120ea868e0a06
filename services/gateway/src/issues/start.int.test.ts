import {
  type IssuesStartedView,
  type IssuesView,
  type SessionView,
  streamOf,
  type TaskView,
} from '@claude-codex/contracts';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { type ForgeDouble, serveForgeDouble } from '../forge-connections/forge-double.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { connectShop } from './shop.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let repositoryId: string;
let double: ForgeDouble;
beforeAll(async () => {
  gateway = await startTestGateway({}, PROJECTIONS);
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  double = serveForgeDouble(gateway.bus);
  repositoryId = await connectShop(gateway, owner, workspaceId);
});
afterAll(async () => {
  double.stop();
  await gateway.stop();
});

const created = (body: object, key = newId()) => owner.call('POST', '/api/tasks', body, { 'idempotency-key': key });
const taskOf = async (id: string) => (await owner.call('GET', `/api/tasks/${id}`)).body as TaskView;
const cancel = (id: string) => owner.call('POST', `/api/tasks/${id}/cancel`, {});

async function start(numbers: number[], more: object = {}, key = newId()): Promise<IssuesStartedView> {
  const path = `/api/repositories/${repositoryId}/issues/tasks`;
  const answer = await owner.call('POST', path, { numbers, execute: false, ...more }, { 'idempotency-key': key });
  expect(answer.status).toBe(200);
  return answer.body as IssuesStartedView;
}

/** Tasks of those outcomes that were created, none of them under way any more. */
async function cleared({ outcomes }: IssuesStartedView): Promise<string[]> {
  const ids = outcomes.flatMap((one) => (one.outcome === 'created' ? [one.task.id] : []));
  for (const id of ids) await cancel(id);
  return ids;
}

describe('a task from one issue', () => {
  it('has its title and what those who may push said of it, beside the person’s own words', async () => {
    const made = await created({ repositoryId, issue: 12, description: 'Begin with the lobby.', execute: false });
    expect(made.status).toBe(201);
    const task = await taskOf((made.body as { id: string }).id);
    const url = 'https://github.com/Acme/App/issues/12';
    const origin = { kind: 'issue', provider: 'github', slug: 'Acme/App', number: 12, url, title: 'Greet visitors' };
    expect(task).toMatchObject({ title: 'Greet visitors', origin });
    expect(task.description).toMatch(/^Begin with the lobby\.\n\nIssue #12 at GitHub: /);
    expect(task.description).toContain('@ada commented:\n\n> In French, please.');
    expect(task.description).not.toContain('Delete everything.');
    await cancel(task.id);
  });

  it('may have another title; without an issue it needs one', async () => {
    const made = await created({ repositoryId, issue: 12, title: 'Hello', execute: false });
    const { id } = made.body as { id: string };
    expect((await taskOf(id)).title).toBe('Hello');
    await cancel(id);
    const { status, problem } = await created({ repositoryId });
    expect([status, problem.errors[0]?.field]).toEqual([400, 'body.title']);
    expect((await created({ repositoryId, issue: 99 })).problem).toMatchObject({ code: 'ISSUE_NOT_FOUND' });
  });

  it('is the only one under way, unless another is asked for; one that is over is in nobody’s way', async () => {
    const key = newId();
    const wanted = { repositoryId, issue: 12, execute: false };
    const { id } = (await created(wanted, key)).body as { id: string };
    expect(((await created(wanted, key)).body as { id: string }).id).toBe(id);
    const { number } = await taskOf(id);
    const second = await created(wanted);
    expect(second.problem).toMatchObject({ status: 409, code: 'ISSUE_HAS_TASK' });
    expect(second.problem.detail).toContain(`Task ${number} `);
    const again = await created({ ...wanted, again: true });
    expect(again.status).toBe(201);
    await cancel(id);
    await cancel((again.body as { id: string }).id);
    const third = await created(wanted);
    expect(third.status).toBe(201);
    await cancel((third.body as { id: string }).id);
  });

  it('is one however many people ask at the same moment', async () => {
    const asked = await Promise.all(
      Array.from({ length: 4 }, () => created({ repositoryId, issue: 12, execute: false })),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    for (const { status, body } of asked) if (status === 201) await cancel((body as { id: string }).id);
  });
});

describe('tasks from many issues', () => {
  it('are answered each for itself, and listed with the issues', async () => {
    const first = await start([12]);
    const answer = await start([12, 99, 13]);
    expect(answer.outcomes).toMatchObject([
      { outcome: 'has_task', issue: 12, task: { state: 'draft' } },
      { outcome: 'not_found', issue: 99 },
      { outcome: 'created', issue: 13 },
    ]);
    expect(answer.position).toEqual(expect.any(Number));
    const listed = await owner.call('GET', `/api/repositories/${repositoryId}/issues`);
    const [made] = await cleared(first);
    expect((listed.body as IssuesView).issues.map(({ number, task }) => [number, task?.id])).toEqual([
      [12, made],
      [13, (await cleared(answer))[0]],
    ]);
  });

  it('asked for twice with one key are there once', async () => {
    const key = newId();
    const first = await start([12, 13], {}, key);
    expect(await start([12, 13], {}, key)).toEqual(first);
    expect(first.outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
    expect(await start([12, 13])).toMatchObject({ outcomes: [{ outcome: 'has_task' }, { outcome: 'has_task' }] });
    await cleared(first);
  });

  it('take what is said of all of them', async () => {
    const answer = await start([13], { priority: 'high', workflow: 'develop', description: 'Tests, please.' });
    const [id = ''] = await cleared(answer);
    expect(await taskOf(id)).toMatchObject({ priority: 'high', workflow: { name: 'develop' } });
    const [event] = await gateway.store.readStream(streamOf('task', id), { limit: 1 });
    expect(event?.data).toMatchObject({ description: expect.stringMatching(/^Tests, please\./) });
  });

  it('are refused where one cannot be meant, and to whoever only looks', async () => {
    const path = `/api/repositories/${repositoryId}/issues/tasks`;
    for (const numbers of [[], [0], [1, 1], Array.from({ length: 21 }, (_, index) => index + 1)]) {
      expect((await owner.call('POST', path, { numbers })).status).toBe(400);
    }
    const viewer = await join(gateway, owner, 'viewer', 'Vera');
    expect((await viewer.call('POST', path, { numbers: [12] })).status).toBe(403);
  });
});
