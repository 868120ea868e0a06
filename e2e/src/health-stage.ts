import { EVENT_TYPES, type HealthView, type ReadModelHealth } from '@claude-codex/contracts';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { startTestPostgres, waitFor } from '@claude-codex/testing';
import type { Api } from './api.ts';
import { type Person, setUpOwner } from './person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from './standalone.ts';

export interface HealthStage {
  readonly server: StandaloneServer;
  readonly owner: Person;
  /** Lets the read model `workspace` meet a database that refuses what it writes, and waits until it stands. */
  breakWorkspace(): Promise<void>;
  repairWorkspace(): Promise<void>;
  /** Starts a rebuild and holds it still as soon as more than `share` of it is done. Gives what lets it go on. */
  rebuildUpTo(name: string, share: number): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

const PATIENCE = { timeoutMs: 120_000 };
const PER_STREAM = 100;
const STREAMS = 16;

/** A server on a database that can be reached from here, with a log of at least so many events. */
export async function startHealthStage({ events }: { events: number }): Promise<HealthStage> {
  const postgres = await startTestPostgres();
  await fillLog(postgres.connectionString, events);
  const server = await startStandalone({ DATABASE_URL: postgres.connectionString });
  const admin = createPool({ connectionString: postgres.connectionString, name: 'health-stage', max: 2 });
  const owner = await setUpOwner(server.url, SETUP_TOKEN);
  const { api } = owner;
  await waitFor('the log to be read', async () => (await workspaceOf(api)).lag === 0, PATIENCE);
  let held: () => Promise<void> = async () => undefined;

  return {
    server,
    owner,
    async breakWorkspace() {
      await admin.query(`create function read.refuse_repository() returns trigger language plpgsql as
        $$ begin raise exception 'value too long for column "name" of relation "repository"'; end $$`);
      await admin.query(`create trigger refuse before insert or update on read.workspace_row
        for each row when (new.kind = 'repository') execute function read.refuse_repository()`);
      await api.post('/api/repositories', { source: { kind: 'sample' }, name: 'A name that does not fit' });
      await waitFor('it to stand', async () => (await workspaceOf(api)).status === 'paused', PATIENCE);
    },
    async repairWorkspace() {
      await admin.query('drop function read.refuse_repository() cascade');
    },
    async rebuildUpTo(name, share) {
      held = await rebuildUpTo({ api, admin, name, share });
      return held;
    },
    async stop() {
      await held();
      await server.remove();
      await admin.end();
      await postgres.stop();
    },
  };
}

async function workspaceOf(api: Api): Promise<ReadModelHealth> {
  const { readModels } = await api.get<HealthView>('/api/health');
  const found = readModels.find(({ name }) => name === 'workspace');
  if (found === undefined) throw new Error('there is no read model "workspace"');
  return found;
}

/** Changes of status of services nobody has: they are read and kept, and start no work. */
async function fillLog(connectionString: string, events: number): Promise<void> {
  const pool = createPool({ connectionString, name: 'fill-log' });
  const log = createLogger({ service: 'fill-log', level: 'fatal' });
  const registry = createSchemaRegistry(EVENT_TYPES);
  const store = createPgEventStore({ pool, connectionString, registry, bus: createInProcessBus(), log });
  const meta = {
    workspaceId: 'elsewhere',
    actor: { kind: 'system' as const, id: 'health-checker' },
    causedBy: null,
    correlationId: 'fill-log',
    causationId: null,
  };
  const registered = { name: 'Ticket system', serviceType: 'api', probe: 'http', target: 'tickets', builtIn: false };
  const change = (status: string, previous: string) => ({
    type: 'ServiceStatusChanged',
    data: { status, previous, latencyMs: 12.5, detail: '' },
  });
  const changes = Array.from({ length: PER_STREAM }, (_, index) =>
    index % 2 === 0 ? change('warning', 'connected') : change('connected', 'warning'),
  );
  for (let done = 0, round = 0; done < events; done += PER_STREAM * STREAMS, round += 1) {
    const first = round === 0 ? [{ type: 'ServiceRegistered', data: registered }, ...changes.slice(1)] : changes;
    const writes = Array.from({ length: STREAMS }, (_, stream) => ({
      stream: `service-${stream}`,
      expectedVersion: 'any' as const,
      events: first,
    }));
    await store.append({ commandId: `fill-${round}`, meta, writes });
  }
  await store.close();
  await pool.end();
}

/** A row lock is what a builder respects: it finds its checkpoint taken and waits, at the place where it really is. */
async function rebuildUpTo(options: {
  api: Api;
  admin: Pool;
  name: string;
  share: number;
}): Promise<() => Promise<void>> {
  const { api, admin, name, share } = options;
  await api.post(`/api/read-models/${name}/rebuild`, {});
  const client = await admin.connect();
  await waitFor(
    'the rebuild to get there',
    async () => {
      await client.query('begin');
      const { rows } = await client.query<{ share: number }>(
        `select position::float / (select max(position) from es.event) as share from read.projection
          where name = $1 and status = 'building' for update`,
        [name],
      );
      if ((rows[0]?.share ?? 1) >= share) return true;
      await client.query('rollback');
      return false;
    },
    { ...PATIENCE, everyMs: 5 },
  );
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('rollback');
    client.release();
  };
}
