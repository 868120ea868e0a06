import { type BoardView, type SessionView, subjects } from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { routesOf } from '@claude-codex/service-kit/http/routes';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { addressOf, bodiesFor } from '../route-requests.fixture.ts';
import { furnish } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  const found = {
    ok: true,
    code: '',
    detail: '',
    defaultBranch: 'main',
    branches: ['main'],
    checkCommandSuggestion: null,
  };
  serveJson(gateway.bus, subjects.git.probeRepository, z.unknown(), async () => found);
});
afterAll(() => gateway.stop());

describe('what was made can be read at once, by nothing but the answer', () => {
  it.each([
    ['/api/repositories', { source: { kind: 'sample' } }],
    ['/api/tasks', { title: 'x' }],
  ])('POST %s, fifty times', async (path, body) => {
    const at = await furnish(gateway, workspaceId);
    await owner.call('GET', `/api/board?min_position=${at.position}`);
    const statuses: number[] = [];
    for (let n = 0; n < 50; n += 1) {
      const made = await owner.call(
        'POST',
        path,
        path === '/api/tasks' ? { ...body, repositoryId: at.repositoryId } : body,
      );
      expect(made.status).toBe(201);
      statuses.push((await owner.call('GET', `${path}/${(made.body as { id: string }).id}`)).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('every command: the position it answers with is in the very next read', async () => {
    await join(gateway, owner, 'viewer', 'Vera');
    const sealed = await sealTo((await gateway.secrets()).publicKey, 'value');
    const read: string[] = [];
    for (const { method, url } of routesOf(gateway.app.http)) {
      if (method === 'GET' || method === 'HEAD' || !url.startsWith('/api/')) continue;
      if (/^\/api\/(members|sessions|tokens|password|setup|login|logout|invites|read-models|process-)/.test(url))
        continue;
      const at = await furnish(gateway, workspaceId);
      await owner.call('GET', `/api/board?min_position=${at.position}`);
      const route = `${method} ${url}`;
      const answer = await owner.call(method, addressOf(url, at), bodiesFor(sealed, at)[route]);
      if (answer.status >= 300 || answer.body === null || !('position' in (answer.body as object))) continue;
      const board = (await owner.call('GET', '/api/board')).body as BoardView;
      expect([route, board.position]).toEqual([route, expect.any(Number)]);
      expect(board.position).toBeGreaterThanOrEqual((answer.body as { position: number }).position);
      read.push(route);
    }
    expect(read).toEqual(
      expect.arrayContaining([
        'POST /api/repositories',
        'PATCH /api/repositories/:id',
        'POST /api/tasks',
        'PATCH /api/tasks/:id',
        'POST /api/tasks/:id/messages',
        'POST /api/reviews/:id/comments',
        'POST /api/questions/:id/answer',
        'POST /api/dependencies/:id/provide',
      ]),
    );
    expect(read.length).toBeGreaterThanOrEqual(15);
  });
});

it('read models that stand still hold an answer up once, not each time', async () => {
  const at = await furnish(gateway, workspaceId);
  await owner.call('GET', `/api/board?min_position=${at.position}`);
  await gateway.stopReading();
  const patch = async (title: string) => {
    const from = performance.now();
    expect((await owner.call('PATCH', `/api/tasks/${at.taskId}`, { title })).status).toBe(200);
    return performance.now() - from;
  };
  expect(await patch('one')).toBeGreaterThan(900);
  expect(await patch('two')).toBeLessThan(900);
});
