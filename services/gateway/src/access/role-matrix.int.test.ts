import type { SessionView } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { routesOf } from '@claude-codex/service-kit/http/routes';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { addressOf, bodiesFor } from '../route-requests.fixture.ts';
import { type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';
import { type Access, accessOf, isByHand, POLICY } from './policy.ts';
import { roleWithin } from './principal.ts';

/** `owner` owns the second workspace; `installation` owns the one that the set-up made. */
const ROLES = ['viewer', 'editor', 'owner', 'installation'] as const;
const SCOPES = ['read', 'write', 'admin'] as const;
const RANK: Record<Access, number> = { public: 0, viewer: 1, editor: 2, owner: 3, installation: 4 };
const GUARDED = Object.keys(POLICY).filter((route) => POLICY[route] !== 'public');

let gateway: TestGateway;
const people = new Map<string, Client>();
let own: Furnished;
let foreign: Furnished;
let sealed: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const owner = await setUp(gateway);
  people.set('installation', owner);
  people.set('editor', await join(gateway, owner, 'editor', 'Eddy'));
  people.set('viewer', await join(gateway, owner, 'viewer', 'Vera'));
  const other = await otherWorkspace(gateway);
  people.set('owner', other.owner);
  for (const scope of SCOPES) {
    const { token } = (await owner.call('POST', '/api/tokens', { name: scope, scope })).body as { token: string };
    people.set(scope, createClient(gateway, token));
  }
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
  const body = bodiesFor(sealed)[route];
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

function cookieOf(who: string): Record<string, string> {
  return { cookie: people.get(who)?.cookie ?? '' };
}

/** Whether a token of this scope, of an owner of the installation, may use a route at all. */
function mayUse(scope: (typeof SCOPES)[number], route: string): boolean {
  const [method = '', url = ''] = route.split(' ');
  const access = POLICY[route] ?? 'installation';
  if (isByHand(method, url) || (scope === 'read' && method !== 'GET')) return false;
  return access === 'installation' ? scope === 'admin' : RANK[roleWithin(scope, 'owner')] >= RANK[access];
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
      else expect(route === 'POST /api/password' ? [403] : [401, 403]).not.toContain(status);
      // 503: no manager runs here that could look at a repository.
      expect(status === 503 || status < 500).toBe(true);
    }
  });

  it.each(GUARDED)('%s asks a token for the scope it needs, and mints nothing for any', async (route) => {
    for (const scope of SCOPES) {
      const status = await statusOf(route, { authorization: `Bearer ${people.get(scope)?.token}` }, null);
      if (!mayUse(scope, route)) expect([scope, status]).toEqual([scope, 403]);
      else expect([401, 403]).not.toContain(status);
    }
  });

  it.each(GUARDED.filter((route) => route.includes(':id')))(
    '%s does not know what is not of this workspace',
    async (route) => {
      expect(await statusOf(route, cookieOf('installation'), foreign)).toBe(404);
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
  const owner = people.get('installation') ?? createClient(gateway);
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
