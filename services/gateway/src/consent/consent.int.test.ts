import { type RuntimeInfo, subjects, type UnsandboxedAgentsView } from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, createClient, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { furnish, otherWorkspace } from '../workspace.fixture.ts';

const ADA = 'everything your account ada can read: files such as /home/ada/.ssh';
const BARE = { name: 'process', label: 'Processes on this machine', isolated: false } as const;

let gateway: TestGateway;
let owner: Client;
let repositoryId: string;
let runtime: RuntimeInfo;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  const { body } = await owner.call('GET', '/api/session');
  const workspaceId = z.object({ workspace: z.object({ id: z.string() }) }).parse(body).workspace.id;
  ({ repositoryId } = await furnish(gateway, workspaceId));
  serveJson(gateway.bus, subjects.manager.runtimeInfo, z.unknown(), async () => runtime);
});
afterAll(() => gateway.stop());

const create = (execute: boolean) =>
  owner.call('POST', '/api/tasks', { title: 'Do it', description: '', repositoryId, workflow: 'develop', execute });
const agree = (exposure: string) => owner.call('PUT', '/api/unsandboxed-agents', { exposure });
const consent = async () => (await owner.call('GET', '/api/unsandboxed-agents')).body as UnsandboxedAgentsView;

it('without a sandbox no task starts before an owner agreed to what agents can read, nor after it was taken back', async () => {
  runtime = { ...BARE, exposure: ADA };
  const draft = await create(false);
  expect(draft.status).toBe(201);
  const { id } = z.object({ id: z.string() }).parse(draft.body);
  for (const refused of [await create(true), await owner.call('POST', `/api/tasks/${id}/execute`)]) {
    expect([refused.status, refused.problem.code]).toEqual([409, 'AGENTS_NOT_SANDBOXED']);
    expect(refused.problem.detail).toContain(ADA);
  }
  expect(await consent()).toEqual({ exposure: ADA, allowed: null });

  const unread = await agree('nothing much');
  expect([unread.status, unread.problem.code]).toEqual([409, 'EXPOSURE_CHANGED']);
  expect((await agree(ADA)).status).toBe(200);
  expect(await consent()).toMatchObject({ exposure: ADA, allowed: { by: 'Olga Owner', exposure: ADA } });
  expect((await create(true)).status).toBe(201);
  expect((await owner.call('POST', `/api/tasks/${id}/execute`)).status).toBe(200);

  expect((await owner.call('DELETE', '/api/unsandboxed-agents')).status).toBe(200);
  expect((await create(true)).problem.code).toBe('AGENTS_NOT_SANDBOXED');
  expect(await consent()).toEqual({ exposure: ADA, allowed: null });
  for (const verb of ['retry', 'resume']) {
    const answer = await owner.call('POST', `/api/tasks/${id}/${verb}`);
    expect(answer.problem.code, verb).toBe('AGENTS_NOT_SANDBOXED');
  }
});

it('is a person’s to agree to, in a browser, who answers for the whole server', async () => {
  runtime = { ...BARE, exposure: ADA };
  const made = await owner.call('POST', '/api/tokens', { name: 'all of it', scope: 'admin' });
  const program = createClient(gateway, (made.body as { token: string }).token);
  const byToken = await program.call('PUT', '/api/unsandboxed-agents', { exposure: ADA });
  expect([byToken.status, byToken.problem.code]).toEqual([403, 'SESSION_REQUIRED']);
  // An agent without a sandbox reads what belongs to every workspace.
  const { owner: other } = await otherWorkspace(gateway);
  const byOther = await other.call('PUT', '/api/unsandboxed-agents', { exposure: ADA });
  expect([byOther.status, byOther.problem.code]).toEqual([403, 'ROLE_REQUIRED']);
});

it('says nothing of it to somebody who is not logged in', async () => {
  const answer = await fetch(`${gateway.address}/api/session`);
  expect(await answer.text()).not.toContain('/home/ada');
  expect((await fetch(`${gateway.address}/api/unsandboxed-agents`)).status).toBe(401);
});
