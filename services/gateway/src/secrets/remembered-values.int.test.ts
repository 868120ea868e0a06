import {
  OpenSecretAnswer,
  RememberedValueAnswer,
  type RememberedValuesView,
  SECRET_LOST,
  type SessionView,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import { createSealedInbox, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
});
afterAll(() => gateway.stop());

/** Gives what an agent asked for, and says under which name it was asked. */
async function give(at: Furnished, name: string, remember: string, value = 'canary-value'): Promise<void> {
  const dependencyId = newId();
  const { taskId, instanceId } = at;
  const asked = { taskId, instanceId, dependencyType: 'api_key', name, description: '', required: true };
  const stream = streamOf('dependency', dependencyId);
  await append(gateway, workspaceId, stream, [{ type: 'DependencyRequested', data: asked }]);
  const sealed = await sealTo((await gateway.secrets()).publicKey, value);
  const answer = await owner.call('POST', `/api/dependencies/${dependencyId}/provide`, { sealed, remember });
  expect(answer.status).toBe(200);
}

const find = (at: Furnished, name: string) =>
  requestJson(gateway.bus, subjects.secrets.remembered, { instanceId: at.instanceId, name }, RememberedValueAnswer, {
    timeoutMs: 5_000,
  });

async function open(at: Furnished, secretId: string): Promise<string> {
  const inbox = await createSealedInbox();
  const request = { secretId, instanceId: at.instanceId, publicKey: inbox.publicKey };
  const answer = await requestJson(gateway.bus, subjects.secrets.open, request, OpenSecretAnswer, { timeoutMs: 5_000 });
  return inbox.openSealed(answer.sealed);
}

const listed = async (client: Client) =>
  ((await client.call('GET', '/api/secrets')).body as RememberedValuesView).values;

describe('a remembered value', () => {
  it('is found by its name: of the repository first, then of the workspace, never one of another task alone', async () => {
    const [first, second] = [await furnish(gateway, workspaceId), await furnish(gateway, workspaceId)];
    const foreign = await furnish(gateway, (await otherWorkspace(gateway)).workspaceId);
    await give(first, 'ONCE', 'task');
    await give(first, 'OF_REPO', 'repository', 'for the repository');
    await give(first, 'OF_ALL', 'workspace', 'for all');
    await give(second, 'OF_REPO', 'workspace', 'for all the others');

    expect(await find(second, 'ONCE')).toBeNull();
    expect(await find(first, 'NOTHING')).toBeNull();
    expect(await find(foreign, 'OF_ALL')).toBeNull();
    expect(await open(second, (await find(second, 'OF_ALL'))?.secretId ?? '')).toBe('for all');
    expect(await open(first, (await find(first, 'OF_REPO'))?.secretId ?? '')).toBe('for the repository');
    expect(await open(second, (await find(second, 'OF_REPO'))?.secretId ?? '')).toBe('for all the others');
  });

  it('of one repository or task is not opened for another, even by who knows its id', async () => {
    const [first, second] = [await furnish(gateway, workspaceId), await furnish(gateway, workspaceId)];
    await give(first, 'FENCED', 'repository', 'for the repository');
    const { secretId } = (await find(first, 'FENCED')) ?? { secretId: '' };
    expect(await open(first, secretId)).toBe('for the repository');
    await expect(open(second, secretId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is listed with who gave it, where it goes and which tasks used it, never with itself', async () => {
    const [at, later] = [await furnish(gateway, workspaceId), await furnish(gateway, workspaceId)];
    await give(at, 'LISTED', 'workspace', 'canary-listed');
    await give(at, 'NOT_LISTED', 'task');
    const [before] = (await listed(owner)).filter(({ name }) => name === 'LISTED');
    expect(before).toMatchObject({ repositoryId: null, givenBy: 'Olga Owner', uses: [] });
    await open(later, before?.id ?? '');
    await owner.call('GET', `/api/board?min_position=${later.position}`);

    const values = await listed(owner);
    const [after] = values.filter(({ name }) => name === 'LISTED');
    expect(after?.uses).toMatchObject([
      { taskId: later.taskId, number: expect.any(Number), at: expect.stringMatching(/Z$/) },
    ]);
    expect(values.map(({ name }) => name)).not.toContain('NOT_LISTED');
    expect(JSON.stringify(values)).not.toContain('canary');
    const vera = await join(gateway, owner, 'viewer', 'Vera');
    expect((await vera.call('GET', '/api/secrets')).status).toBe(403);
  });

  it('is taken back: nobody is given it any more', async () => {
    const at = await furnish(gateway, workspaceId);
    await give(at, 'REVOKED', 'workspace');
    const [value] = (await listed(owner)).filter(({ name }) => name === 'REVOKED');
    const id = value?.id ?? '';
    const { owner: other } = await otherWorkspace(gateway);
    expect((await other.call('DELETE', `/api/secrets/${id}`)).status).toBe(404);
    expect((await owner.call('DELETE', `/api/secrets/${id}`)).status).toBe(204);
    expect((await owner.call('DELETE', `/api/secrets/${id}`)).status).toBe(404);
    expect(await find(at, 'REVOKED')).toBeNull();
    await expect(open(at, id)).rejects.toMatchObject({ code: SECRET_LOST });
  });
});
