import { join, sep } from 'node:path';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { type CheckpointStore, createSchemaRegistry } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import {
  type BlobStore,
  type Bus,
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createInProcessJobs,
  type InstanceTokens,
  type JobQueue,
  type Journal,
  type Logger,
  loadMasterKey,
  type MasterKey,
  systemClock,
} from '@claude-codex/service-kit';
import type { NatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import type { OperatorError } from '@claude-codex/service-kit/operator-error';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { startPruning } from '@claude-codex/service-kit/pg/prune-command-results';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { type SecretBoxOnDemand, secretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import type { DataDir } from './data-dir.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { requireRoles } from './postgres/roles.ts';
import type { StandaloneEnv } from './settings.ts';

/** What all services of the process share: one of each port. */
export interface Infrastructure {
  store: PgEventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  jobs: JobQueue;
  blobs: BlobStore;
  journal: Journal;
  secrets: SecretBoxOnDemand;
  tokens: InstanceTokens;
  masterKey: MasterKey;
  pools: { gateway: Pool; projector: Pool };
  /** How far the copy of the log in NATS is, where there is one. */
  relayed?: () => number;
  /** In a person's words, for the lines of the start. */
  database: string;
  /** What of the database lies outside of the data directory, for whoever wants to start over. */
  databasePlaces: readonly string[];
  close(): Promise<void>;
}

/** Opens the database and every adapter. What was opened is closed again when a later step fails. */
export async function openInfrastructure(
  env: StandaloneEnv,
  dir: DataDir,
  log: Logger,
  onDatabaseLost: (error: OperatorError) => void,
): Promise<Infrastructure> {
  const opened: (() => Promise<unknown>)[] = [];
  async function close(): Promise<void> {
    for (let step = opened.pop(); step !== undefined; step = opened.pop()) await step();
  }
  try {
    const database = await openDatabase(env, dir, log, onDatabaseLost);
    opened.push(database.stop);
    await migrate({ connectionString: database.url, migrations, log });
    if (!database.exclusive) await requireRoles(database.url);
    const bus = await openBus(env, log);
    opened.push(() => bus.close());
    const pool = (name: string, role: string, max: number) => {
      const made = createPool({
        connectionString: database.url,
        role,
        name,
        max,
        onError: (error) => log.warn({ err: error, pool: name }, 'an idle database connection broke'),
      });
      opened.push(() => made.end());
      return made;
    };
    const eventStore = pool('event-store', 'codex_event_store', 4);
    const store = createPgEventStore({
      pool: eventStore,
      connectionString: database.url,
      role: 'codex_event_store',
      registry: createSchemaRegistry(EVENT_TYPES),
      bus,
      log,
    });
    opened.push(() => store.close());
    opened.push(startPruning(eventStore, log));
    let relayed: { relayed?: () => number } = {};
    if ('connection' in bus) {
      const { startRelay } = await import('@claude-codex/service-kit/nats/relay');
      const readEvents = (after: number, limit: number) => readEventRows(eventStore, after, limit);
      const relay = startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log });
      opened.push(() => relay.stop());
      relayed = { relayed: relay.position };
    }
    const jobs = await openJobs(env, log);
    opened.push(() => jobs.close());
    const masterKey = await loadMasterKey(join(dir.secrets, 'master.key'));
    return {
      store,
      checkpoints: database.exclusive
        ? forOneProcess(createPgCheckpoints(eventStore))
        : createPgCheckpoints(eventStore),
      bus,
      ...relayed,
      jobs,
      blobs: createDirectoryBlobs(dir.blobs),
      journal: createDirectoryJournal(dir.journals),
      secrets: secretBoxOnDemand(masterKey),
      tokens: createInstanceTokens(masterKey),
      masterKey,
      pools: { gateway: pool('gateway', 'codex_gateway', 6), projector: pool('projector', 'codex_projector', 2) },
      database: database.description,
      databasePlaces: database.places,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Database {
  url: string;
  description: string;
  places: readonly string[];
  /** Nobody else can use it: the data directory is locked. */
  exclusive: boolean;
  stop(): Promise<void>;
}

async function openDatabase(
  env: StandaloneEnv,
  dir: DataDir,
  log: Logger,
  onLost: (error: OperatorError) => void,
): Promise<Database> {
  if (env.DATABASE_URL !== undefined) {
    return {
      url: env.DATABASE_URL,
      description: 'Postgres at DATABASE_URL',
      places: ['what is in DATABASE_URL'],
      exclusive: false,
      stop: async () => undefined,
    };
  }
  const embedded = await startEmbeddedPostgres({ directory: dir.postgres, secrets: dir.secrets, log, onLost });
  return {
    url: embedded.connectionString,
    description: `Postgres ${embedded.fresh ? 'made' : 'found'} in ${embedded.directory}`,
    places: [embedded.directory, `${embedded.directory}.log`].filter((path) => !path.startsWith(`${dir.root}${sep}`)),
    exclusive: true,
    stop: embedded.stop,
  };
}

/**
 * A lease keeps two processes apart; here there is only one, so whoever held it before is dead and nobody waits for its
 * lease to run out. The epoch still counts up and fences whatever that one left behind.
 */
function forOneProcess(checkpoints: CheckpointStore): CheckpointStore {
  const owner = 'standalone';
  return {
    ...checkpoints,
    acquire: (name, _owner, ttlMs) => checkpoints.acquire(name, owner, ttlMs),
    renew: (name, _owner, epoch, ttlMs) => checkpoints.renew(name, owner, epoch, ttlMs),
    release: (name, _owner, epoch) => checkpoints.release(name, owner, epoch),
  };
}

/** NATS and Redis clients are loaded only when they are asked for: a process of one has neither their time nor memory. */
async function openBus(env: StandaloneEnv, log: Logger): Promise<Bus | NatsBus> {
  if (env.NATS_URL === undefined) return createInProcessBus();
  const { connectNatsBus } = await import('@claude-codex/service-kit/nats/nats-bus');
  return connectNatsBus({ url: env.NATS_URL, name: 'standalone', log });
}

async function openJobs(env: StandaloneEnv, log: Logger): Promise<JobQueue> {
  if (env.REDIS_URL === undefined) return createInProcessJobs({ log });
  const { createBullmqJobs } = await import('@claude-codex/service-kit/jobs/bullmq-jobs');
  return createBullmqJobs({ url: env.REDIS_URL, log });
}
