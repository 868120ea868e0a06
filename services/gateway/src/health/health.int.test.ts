import { type HealthView, INSTALLATION } from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let viewer: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  viewer = await join(gateway, owner, 'viewer', 'Vera');
});
afterAll(() => gateway.stop());

async function health(client: Client): Promise<HealthView> {
  const { position } = await gateway.store.head();
  await client.call('GET', `/api/board?min_position=${position}`);
  // What was read for somebody else a moment ago is still given.
  await new Promise((resolve) => setTimeout(resolve, 600));
  const { status, body } = await client.call('GET', '/api/health');
  expect(status).toBe(200);
  return body;
}

describe('without the other services', () => {
  it('says how far the log and the read models are, and what it cannot know', async () => {
    const view = await health(viewer);
    const { position, epoch } = await gateway.store.head();
    expect(view.log).toMatchObject({ epoch, head: position, copy: { kind: 'unknown' } });
    expect(view.log.eventsPerSecond).toBeCloseTo(position / 60, 1);
    expect(Date.parse(view.log.firstEventAt ?? '')).toBeLessThanOrEqual(Date.parse(view.log.lastEventAt ?? ''));
    expect(view.readModels.map(({ name, status, lag, rebuild }) => ({ name, status, lag, rebuild }))).toEqual([
      { name: 'tasks', status: 'live', lag: 0, rebuild: null },
      { name: 'workspace', status: 'live', lag: 0, rebuild: null },
    ]);
    expect(view.processManagers).toBeNull();
  });

  it('refuses what nobody is there to do', async () => {
    const readModel = ['rebuild', 'rebuild/cancel', 'resume'].map((command) => `read-models/tasks/${command}`);
    for (const path of [...readModel, 'process-managers/merges/resume']) {
      const { status, problem } = await owner.call('POST', `/api/${path}`);
      expect([path, status, problem.code]).toEqual([path, 503, 'NOT_READY']);
    }
  });
});

it.each(['rebuild', 'rebuild/cancel', 'resume'].map((command) => `read-models/nothing/${command}`))(
  '%s: there is no such thing',
  async (path) => {
    const { status, problem } = await owner.call('POST', `/api/${path}`);
    expect([status, problem.code]).toEqual([404, 'READ_MODEL_NOT_FOUND']);
  },
);

it.each(['a%00b', '..%2Fx', '%27%20or%201%3D1', 'A', 'a'.repeat(61)])('the name %s is refused', async (name) => {
  for (const path of [`read-models/${name}/rebuild`, `process-managers/${name}/resume`]) {
    const { status, problem } = await owner.call('POST', `/api/${path}`);
    expect([path, status, problem.code]).toEqual([path, 400, expect.stringMatching(/^INVALID_/)]);
  }
});

it('tells an owner alone what the server said about the event it stands at', async () => {
  const cause = { position: 1, eventId: 'e', type: 'MemberJoined', message: 'relation "x" does not exist' };
  await gateway.admin.query(`update read.projection set status = 'paused', last_error = $1 where name = 'workspace'`, [
    cause,
  ]);
  const ofOwner = (await health(owner)).readModels.find(({ name }) => name === 'workspace');
  const ofViewer = (await health(viewer)).readModels.find(({ name }) => name === 'workspace');
  await gateway.admin.query(`update read.projection set status = 'live' where name = 'workspace'`);
  expect(ofOwner).toMatchObject({
    status: 'paused',
    stopped: { kind: 'event', type: 'MemberJoined', message: cause.message },
  });
  expect(ofViewer).toMatchObject({ status: 'paused', stopped: { kind: 'event', position: 1, message: null } });
});

it('knows a read model of a log that was restored', async () => {
  await gateway.admin.query(
    `update read.projection set status = 'paused', last_error = '{"code":"EPOCH_CHANGED","was":"before"}'
      where name = 'workspace'`,
  );
  const view = await health(viewer);
  await gateway.admin.query(`update read.projection set status = 'live' where name = 'workspace'`);
  expect(view.readModels.find(({ name }) => name === 'workspace')?.stopped).toEqual({ kind: 'restored' });
});

it('does not say that a part worked while nobody watched it', async () => {
  const changedAt = '2026-01-01T00:00:00.000Z';
  const believedSince = '2026-01-02T00:00:00.000Z';
  const parts = { works: 'connected', fails: 'offline' } as const;
  for (const [id, status] of Object.entries(parts)) {
    const view = {
      id,
      name: id,
      type: 'platform',
      target: id,
      builtIn: true,
      latencyMs: null,
      detail: '',
      position: 1,
    };
    await gateway.admin.query(
      `insert into read.workspace_row (kind, id, workspace_id, wide, body, position) values ('service', $1, $2, true, $3, 1)`,
      [id, INSTALLATION, { ...view, status, changedAt }],
    );
  }
  // The checker was started a day after the log last heard of them.
  const unserve = serveJson(gateway.bus, subjects.measurements, z.object({}), async () =>
    Object.entries(parts).map(([id, status]) => ({
      ...{ id, status, believed: status, latencyMs: 1, detail: '' },
      ...{ measuredAt: believedSince, believedSince },
    })),
  );
  const shown = (await health(viewer)).parts.map(({ id, since }) => [id, since]);
  unserve();
  await gateway.admin.query('delete from read.workspace_row where workspace_id = $1', [INSTALLATION]);
  expect(Object.fromEntries(shown)).toEqual({ works: believedSince, fails: changedAt });
});
