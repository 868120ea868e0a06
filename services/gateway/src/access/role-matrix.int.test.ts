import type { SessionView } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { routesOf } from '@claude-codex/service-kit/http/routes';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';
import { type Access, accessOf, POLICY } from './policy.ts';

const ROLES = ['viewer', 'editor', 'owner'] as const;
const RANK: Record<Access, number> = { public: 0, viewer: 1, editor: 2, owner: 3 };
const GUARDED = Object.keys(POLICY).filter((route) => POLICY[route] !== 'public');

let gateway: TestGateway;
const people = new Map<string, Client>();
let own: Furnished;
let foreign: Furnished;
let sealed: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const owner = await setUp(gateway);
  people.set('owner', owner);
  people.set('editor', await join(gateway, owner, 'editor', 'Eddy'));
  people.set('viewer', await join(gateway, owner, 'viewer', 'Vera'));
  const other = await otherWorkspace(gateway);
  const { workspace } = (await owner.call('GET', '/api/session')).body as SessionView;
  own = await furnish(gateway, workspace?.id ?? '');
  foreign = await furnish(gateway, other.workspaceId);
  sealed = await sealTo((await gateway.secrets()).publicKey, 'value');
  await owner.call('GET', `/api/board?min_position=${foreign.position}`);
});
afterAll(() => gateway.stop());

/** The status alone: streams do not end, and their bodies are not of interest. */
async function statusOf(route: string, headers: Record<string, string>, ids: Furnished | null): Promise<number> {
  const [method = '', pattern = ''] = route.split(' ');
  const body = bodies()[route];
  const abort = new AbortController();
  const response = await fetch(gateway.address + addressOf(pattern, ids), {
    method,
    headers: {
      origin: gateway.address,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: abort.signal,
  });
  abort.abort();
  return response.status;
}

function addressOf(pattern: string, ids: Furnished | null): string {
  const kinds: Record<string, string | undefined> = {
    tasks: ids?.taskId,
    reviews: ids?.reviewId,
    questions: ids?.questionId,
    dependencies: ids?.dependencyId,
    repositories: ids?.repositoryId,
    'pull-requests': ids?.pullRequestId,
    instances: ids?.instanceId,
  };
  const kind = pattern.split('/')[2] ?? '';
  const path = pattern
    .replace(':position', '1')
    .replace(':id', kinds[kind] ?? newId())
    .replace(':commentId', ids?.commentId ?? newId())
    .replace(':blobId', 'a'.repeat(64));
  return pattern.endsWith('/documents') && kind === 'tasks' ? `${path}?path=PLAN.md` : path;
}

/** Something acceptable for every route that reads a body, so that only access can be in the way. */
function bodies(): Record<string, unknown> {
  return {
    'POST /api/tokens': { name: 'x' },
    'PUT /api/preferences': {},
    'PATCH /api/members/:id': { role: 'viewer' },
    'POST /api/invites': { role: 'viewer' },
    'POST /api/tasks': { title: 'x', repositoryId: newId() },
    'PATCH /api/tasks/:id': { title: 'New title' },
    'POST /api/tasks/:id/cancel': { reason: '' },
    'POST /api/tasks/:id/messages': { text: 'x' },
    'POST /api/tasks/:id/rounds': { rounds: 1 },
    'POST /api/pull-requests/:id/send-back': { text: 'x' },
    'POST /api/reviews/:id/comments': { path: 'a.ts', startLine: 1, endLine: 1, body: 'x' },
    'PATCH /api/reviews/:id/comments/:commentId': { body: 'x' },
    'PUT /api/reviews/:id/files': { path: 'a.ts', contentHash: 'abc', reviewed: true },
    'PUT /api/reviews/:id/documents': { path: 'PLAN.md', content: 'x' },
    'PATCH /api/reviews/:id/approve': {},
    'PATCH /api/reviews/:id/request-changes': { summary: 'x' },
    'PATCH /api/reviews/:id/reject': { summary: 'x' },
    'POST /api/questions/:id/answer': { text: 'x' },
    'POST /api/dependencies/:id/provide': { sealed },
    'POST /api/dependencies/:id/decline': {},
    'POST /api/repositories': { source: { kind: 'sample' } },
    'PATCH /api/repositories/:id': { name: 'x', baseBranch: null, checkCommand: null },
    'POST /api/pull-requests/:id/merge': {},
  };
}

function cookieOf(who: string): Record<string, string> {
  return { cookie: people.get(who)?.cookie ?? '' };
}

describe('every route', () => {
  it('has a policy', () => {
    const routes = routesOf(gateway.app.http).map(({ method, url }) => ({ method, url }));
    expect(routes.filter(({ method, url }) => accessOf(method, url) === null)).toEqual([]);
    expect(GUARDED.length).toBeGreaterThan(50);
  });

  it.each(GUARDED)('%s is closed to strangers', async (route) => {
    expect(await statusOf(route, {}, own)).toBe(401);
    expect(await statusOf(route, { cookie: 'codex_session=forged' }, own)).toBe(401);
    expect(await statusOf(route, { authorization: `Bearer ${newId()}` }, own)).toBe(401);
  });

  it.each(GUARDED)('%s asks for the role its policy names', async (route) => {
    const needed = RANK[POLICY[route] ?? 'owner'];
    for (const role of ROLES) {
      // Ids of nothing: whoever is let in changes nothing and is told that there is no such thing.
      const status = await statusOf(route, cookieOf(role), null);
      if (RANK[role] < needed) expect([role, status]).toEqual([role, 403]);
      else expect([401, 403]).not.toContain(status);
      // 503: no manager runs here that could look at a repository.
      expect(status === 503 || status < 500).toBe(true);
    }
  });

  it.each(GUARDED.filter((route) => route.includes(':id')))(
    '%s does not know what is not of this workspace',
    async (route) => {
      expect(await statusOf(route, cookieOf('owner'), foreign)).toBe(404);
    },
  );
});

it('the tokens of agents open nothing here', async () => {
  const tokens = createInstanceTokens({ derive: () => Buffer.alloc(32, 7) });
  const identity = {
    instanceId: own.instanceId,
    epoch: 1,
    kind: 'coding' as const,
    taskId: own.taskId,
    workspaceId: newId(),
    repositoryId: own.repositoryId,
  };
  const token = await tokens.mint(identity, { audience: 'mcp', ttlSeconds: 60 });
  for (const route of GUARDED) expect(await statusOf(route, { authorization: `Bearer ${token}` }, own)).toBe(401);
});

it('lists show nothing of other workspaces', async () => {
  const owner = people.get('owner') ?? createClient(gateway);
  for (const path of [
    '/api/board',
    '/api/tasks',
    '/api/attention',
    '/api/repositories',
    '/api/instances',
    '/api/events?limit=1000',
  ]) {
    const { status, body } = await owner.call('GET', path);
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    for (const id of Object.values(foreign).filter((id) => typeof id === 'string')) expect(text).not.toContain(id);
  }
  const stream = await owner.call('GET', `/api/events?stream=task-${foreign.taskId}`);
  expect(stream.body).toMatchObject({ events: [] });
});
