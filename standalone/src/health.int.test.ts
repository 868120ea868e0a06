import type { HealthView, ReadModelHealth } from '@claude-codex/contracts';
import { createEventStoreApp } from '@claude-codex/event-store';
import { type ProcessManager, type Projection, runProcessManager } from '@claude-codex/eventing';
import { type Client, setUp } from '@claude-codex/gateway/api-client.fixture';
import { startTestGateway, type TestGateway } from '@claude-codex/gateway/gateway.fixture';
import { createHealthCheckerApp, serviceTarget } from '@claude-codex/health-checker';
import { createProjectorApp } from '@claude-codex/projector';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { createLogger, systemClock } from '@claude-codex/service-kit';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const log = createLogger({ service: 'test', level: 'silent' });
const planted = { inReadModel: false, inBuild: false, inProcessManager: false };

/** The real read models, one of which can be made to meet an event it cannot take. */
const projections: readonly Projection<PgTx>[] = PROJECTIONS.map((projection) => ({
  ...projection,
  async handle(tx, events) {
    const { rows } = await tx.query<{ schema: string }>('select current_schema() as schema');
    const building = rows[0]?.schema !== 'read';
    const wrong = building ? planted.inBuild : planted.inReadModel;
    if (wrong && projection.name === 'workspace') throw new RangeError('planted');
    return projection.handle(tx, events);
  },
}));
const manager: ProcessManager = {
  name: 'task-flow',
  async handle() {
    if (planted.inProcessManager) throw new RangeError('planted');
  },
};

let gateway: TestGateway;
let owner: Client;
let pools: Pool[];
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({}, projections);
  const { bus, store, pool } = gateway;
  const { options } = pool;
  const as = (role: string) => createPool({ connectionString: String(options.connectionString), name: role, role });
  pools = [as('codex_event_store'), as('codex_projector')];
  const [storePool, projectorPool] = pools as [Pool, Pool];
  const checkpoints = createPgCheckpoints(storePool);
  const parts = [
    createEventStoreApp({ store, checkpoints, bus, log, relayed: () => 3, trouble: store.trouble }),
    createProjectorApp({ pool: projectorPool, bus, log, projections }),
    createHealthCheckerApp({
      bus,
      store,
      log,
      everyMs: 50,
      targets: [serviceTarget(bus, 'event-store'), serviceTarget(bus, 'mcp')],
    }),
  ];
  for (const part of parts) await part.start();
  const running = runProcessManager({
    store,
    checkpoints,
    manager,
    owner: 'a',
    clock: systemClock,
    log,
    leaseMs: 1_000,
  });
  stops.push(() => running.stop(), ...parts.map((part) => () => part.stop()));
  owner = await setUp(gateway);
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await Promise.all(pools.map((pool) => pool.end()));
  await gateway.stop();
});

async function health(): Promise<HealthView> {
  return (await owner.call('GET', '/api/health')).body;
}

async function until(what: string, isSo: (view: HealthView) => boolean): Promise<HealthView> {
  let view: HealthView | undefined;
  await waitFor(
    what,
    async () => {
      view = await health();
      return isSo(view);
    },
    { timeoutMs: 30_000 },
  );
  return view as HealthView;
}

const workspaceOf = ({ readModels }: HealthView) =>
  readModels.find(({ name }) => name === 'workspace') as ReadModelHealth;
/** Any event will do: the planted fault is in the reader, not in the event. */
async function write(): Promise<void> {
  const { position } = await gateway.store.head();
  await gateway.store.append({
    commandId: `write-${position}`,
    meta: {
      workspaceId: 'w',
      actor: { kind: 'system', id: 'test' },
      causedBy: null,
      correlationId: 'c',
      causationId: null,
    },
    writes: [
      {
        stream: `service-${position}`,
        expectedVersion: 'any',
        events: [
          {
            type: 'ServiceRegistered',
            data: { name: 'X', serviceType: 'tool', probe: 'http', target: 'x', builtIn: false },
          },
        ],
      },
    ],
  });
}

it('shows every part with its last measurement, and the readers of the log caught up', async () => {
  const view = await until(
    'the parts',
    ({ parts }) => parts.length === 2 && parts.every(({ measuredAt }) => measuredAt),
  );
  const [store, mcp] = ['Event store', 'MCP'].map((name) => view.parts.find((part) => part.name === name));
  expect(store).toMatchObject({ status: 'connected', latencyMs: expect.any(Number) });
  const down = await until('mcp to be down', ({ parts }) => parts.some(({ status }) => status === 'offline'));
  expect(down.parts.find(({ id }) => id === mcp?.id)).toMatchObject({ latencyMs: null, detail: 'not running' });
  expect(down.log.copy).toEqual({ kind: 'copied', position: 3 });
  const calm = await until('the process manager', ({ processManagers }) => processManagers?.[0]?.lag === 0);
  expect(calm.processManagers).toMatchObject([{ name: 'task-flow', status: 'running', lagSeconds: 0, stopped: null }]);
});

it('says so when the log takes nothing, though that cannot be recorded, and when it does again', async () => {
  const store = ({ parts }: HealthView) => parts.find(({ name }) => name === 'Event store');
  const recorded = store(await until('the event store', (view) => store(view)?.status === 'connected'));
  const { options } = gateway.pool;
  const admin = createPool({ connectionString: String(options.connectionString), name: 'admin' });
  pools.push(admin);
  // What Postgres answers when its volume is full.
  await admin.query(`create function public.full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger full_disk before insert on es.event execute function public.full_disk()`);
  const writing = write();
  const full = store(await until('the event store to be ill', (view) => store(view)?.status === 'offline'));
  expect(full?.detail).toBe('nothing can be recorded: the disk of the database is full');
  expect(Date.parse(full?.since ?? '')).toBeGreaterThan(Date.parse(recorded?.since ?? ''));
  await admin.query('drop trigger full_disk on es.event');
  await writing;
  await until('the event store to be well', (view) => store(view)?.status === 'connected');
});

it('builds a read model anew and says so until it serves', async () => {
  const before = workspaceOf(await health());
  planted.inBuild = true;
  const { status, body } = await owner.call('POST', '/api/read-models/workspace/rebuild');
  expect([status, body]).toEqual([202, { name: 'workspace', build: before.build + 1 }]);
  const stuck = await until('the build to say why', (view) => workspaceOf(view).rebuild?.stopped != null);
  expect(workspaceOf(stuck)).toMatchObject({
    status: 'live',
    rebuild: { build: before.build + 1, stopped: { kind: 'event', message: 'planted' } },
  });
  // One under way goes on.
  expect((await owner.call('POST', '/api/read-models/workspace/rebuild')).body).toMatchObject({
    build: before.build + 1,
  });
  const cancel = () => owner.call('POST', '/api/read-models/workspace/rebuild/cancel');
  expect((await cancel()).status).toBe(204);
  expect((await cancel()).problem.code).toBe('READ_MODEL_NOT_REBUILDING');
  const cancelled = workspaceOf(await until('the build to be gone', (view) => workspaceOf(view).rebuild === null));
  expect(cancelled).toMatchObject({ build: before.build, status: 'live' });
  planted.inBuild = false;
  expect((await owner.call('POST', '/api/read-models/workspace/rebuild')).status).toBe(202);
  const after = await until('the new one to serve', (view) => workspaceOf(view).build === before.build + 1);
  expect(workspaceOf(after)).toMatchObject({ rebuild: null, status: 'live' });
});

it('a paused read model goes on when it is resumed', async () => {
  expect((await owner.call('POST', '/api/read-models/workspace/resume')).problem.code).toBe('READ_MODEL_NOT_PAUSED');
  planted.inReadModel = true;
  await write();
  const paused = workspaceOf(await until('it to stop', (view) => workspaceOf(view).status === 'paused'));
  expect(paused).toMatchObject({ stopped: { kind: 'event', position: paused.position + 1, message: 'planted' } });
  expect(paused.lag).toBeGreaterThan(0);
  planted.inReadModel = false;
  expect((await owner.call('POST', '/api/read-models/workspace/resume')).status).toBe(204);
  await until('it to catch up', (view) => workspaceOf(view).status === 'live' && workspaceOf(view).lag === 0);
});

it('a paused process manager goes on when it is resumed', async () => {
  const [unknown, running] = await Promise.all(
    ['nobody', 'task-flow'].map((name) => owner.call('POST', `/api/process-managers/${name}/resume`)),
  );
  expect([unknown?.problem.code, running?.problem.code]).toEqual([
    'PROCESS_MANAGER_NOT_FOUND',
    'PROCESS_MANAGER_NOT_PAUSED',
  ]);
  planted.inProcessManager = true;
  await write();
  const first = ({ processManagers }: HealthView) => processManagers?.[0];
  const view = await until('it to stop', (now) => first(now)?.status === 'paused');
  expect(first(view)).toMatchObject({ stopped: { kind: 'event', type: 'ServiceRegistered', message: 'planted' } });
  planted.inProcessManager = false;
  expect((await owner.call('POST', '/api/process-managers/task-flow/resume')).status).toBe(204);
  await until('it to catch up', (now) => first(now)?.status === 'running' && first(now)?.lag === 0);
});
