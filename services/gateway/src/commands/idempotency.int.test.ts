import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let eddy: Client;
let places: Furnished[];
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  eddy = await join(gateway, owner, 'editor', 'Eddy');
  const workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  places = [await furnish(gateway, workspaceId, 'One'), await furnish(gateway, workspaceId, 'Two')];
});
afterAll(() => gateway.stop());

const keyed = (client: Client, method: string, path: string, body: object) =>
  client.call(method, path, body, { 'idempotency-key': 'press-1' });

describe('an Idempotency-Key', () => {
  it('makes a repeated request act once, and is nobody else’s', async () => {
    const make = async (client: Client) => {
      const body = { title: 'Once', repositoryId: places[0]?.repositoryId };
      const answer = await keyed(client, 'POST', '/api/tasks', body);
      expect(answer.status).toBe(201);
      return (answer.body as { id: string }).id;
    };
    const first = await make(owner);
    expect(await make(owner)).toBe(first);
    expect(await make(eddy)).not.toBe(first);
  });

  it('belongs to one address: the same key elsewhere is another request', async () => {
    const positions: number[] = [];
    for (const { taskId } of places) {
      const answer = await keyed(owner, 'PATCH', `/api/tasks/${taskId}`, { title: 'Renamed' });
      expect(answer.status).toBe(200);
      positions.push((answer.body as { position: number }).position);
    }
    expect(positions[1]).toBeGreaterThan(positions[0] ?? 0);
  });
});
