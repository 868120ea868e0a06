import type { SessionView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { type ForgeDouble, ISSUES, serveForgeDouble } from '../forge-connections/forge-double.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { furnish } from '../workspace.fixture.ts';
import { connectShop } from './shop.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let viewer: Client;
let workspaceId: string;
let double: ForgeDouble;
let path: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  viewer = await join(gateway, owner, 'viewer', 'Vera');
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  double = serveForgeDouble(gateway.bus);
  path = `/api/repositories/${await connectShop(gateway, owner, workspaceId)}/issues`;
});
afterAll(async () => {
  double.stop();
  await gateway.stop();
});

describe('issues of a repository', () => {
  it('are listed and read by everybody who may look', async () => {
    const listed = await viewer.call('GET', `${path}?text=Greet&labels=bug,small&state=all`);
    expect(listed).toMatchObject({ status: 200, body: { issues: [{ number: 12 }], nextPage: null } });
    const read = await viewer.call('GET', `${path}/12`);
    expect(read).toMatchObject({ status: 200, body: ISSUES[0] });
  });

  it('that are not there are not found, and a wrong question is refused by its field', async () => {
    expect((await viewer.call('GET', `${path}/99`)).problem).toMatchObject({ status: 404, code: 'ISSUE_NOT_FOUND' });
    for (const [query, field] of [
      ['/0', 'path.number'],
      ['?page=0', 'querystring.page'],
      ['?state=merged', 'querystring.state'],
    ]) {
      const { status, problem } = await viewer.call('GET', path + query);
      expect([status, problem.errors[0]?.field]).toEqual([400, field]);
    }
  });

  it('are refused in the forge’s words', async () => {
    const other = await connectShop(gateway, owner, workspaceId, 'acme/secret');
    expect((await viewer.call('GET', `/api/repositories/${other}/issues`)).problem).toMatchObject({
      ...{ status: 422, code: 'FORGE_ISSUES_UNREADABLE', detail: 'Not those of acme/secret.' },
    });
  });

  it('exist only at a forge the workspace is connected to', async () => {
    const { repositoryId } = await furnish(gateway, workspaceId);
    expect((await viewer.call('GET', `/api/repositories/${repositoryId}/issues`)).problem).toMatchObject({
      ...{ status: 409, code: 'REPOSITORY_WITHOUT_ISSUES' },
    });
  });
});
