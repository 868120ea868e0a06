import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry, type EventStore, type Projection } from '@claude-codex/eventing';
import {
  type Bus,
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createLogger,
  type Journal,
  loadMasterKey,
  systemClock,
} from '@claude-codex/service-kit';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { type SecretBoxOnDemand, secretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import { startTestPostgres } from '@claude-codex/testing';
import { createGatewayApp, type GatewayApp } from './app.ts';
import type { GatewaySettings } from './config.ts';
import { testProjections } from './projections.fixture.ts';

export const SETUP_TOKEN = 'setup-token-of-a-test-0001';
export const OWNER = { name: 'Olga Owner', email: 'olga@example.org', password: 'correct horse battery' };

export interface TestGateway {
  app: GatewayApp;
  address: string;
  store: PgEventStore;
  bus: Bus;
  blobs: BlobStore;
  journal: Journal;
  secrets: SecretBoxOnDemand;
  /** As `codex_gateway`. */
  pool: Pool;
  /** As the database's owner. */
  admin: Pool;
  /** The projector stands still from now on. */
  stopReading(): Promise<void>;
  /** The database as after `kill -9`, and back again. */
  killDatabase(): Promise<void>;
  startDatabase(): Promise<void>;
  stop(): Promise<void>;
}

/** A whole gateway on a real database, with a projector of a few lines unless other projections are given. */
export async function startTestGateway(
  settings: Partial<GatewaySettings> = {},
  projections: readonly Projection<PgTx>[] = testProjections(),
  /** How the gateway reaches the store; as it stands unless said otherwise. */
  reach: (store: EventStore, bus: Bus) => EventStore = (store) => store,
  log = createLogger({ service: 'test', level: 'fatal' }),
): Promise<TestGateway> {
  const postgres = await startTestPostgres();
  const { connectionString } = postgres;
  const directory = await mkdtemp(join(tmpdir(), 'codex-gateway-'));
  const bus = createInProcessBus();
  const registry = createSchemaRegistry(EVENT_TYPES);
  const pool = createPool({ connectionString, name: 'gateway', role: 'codex_gateway', max: 6 });
  const admin = createPool({ connectionString, name: 'admin', max: 2 });
  const storePool = createPool({ connectionString, name: 'store', role: 'codex_event_store' });
  const projectorPool = createPool({ connectionString, name: 'projector', role: 'codex_projector' });
  const store = createPgEventStore({
    pool: storePool,
    connectionString,
    role: 'codex_event_store',
    registry,
    bus,
    log,
  });
  const runner = runProjections({ pool: projectorPool, projections, registry, bus, clock: systemClock, log });
  const blobs = createDirectoryBlobs(join(directory, 'blobs'));
  const journal = createDirectoryJournal(join(directory, 'journals'));
  const masterKey = await loadMasterKey(join(directory, 'master.key'));
  const secrets = secretBoxOnDemand(masterKey);
  const app = await createGatewayApp({
    store: reach(store, bus),
    bus,
    pool,
    blobs,
    journal,
    secrets,
    masterKey,
    log,
    about: { version: 'test', standalone: true, project: null, model: { label: 'Scripted', scripted: true } },
    settings: {
      publicUrl: new URL('http://localhost:8080'),
      setupToken: SETUP_TOKEN,
      webDir: null,
      githubSyncUrl: null,
      egressUrl: null,
      hostToken: null,
      trustProxy: [],
      deliveries: { days: 14, count: 5_000 },
      ...settings,
    },
  });
  await app.start();
  const address = await app.http.listen({ host: '127.0.0.1', port: 0 });

  return {
    app,
    address,
    store,
    bus,
    blobs,
    journal,
    secrets,
    pool,
    admin,
    stopReading: () => runner.stop(),
    killDatabase: postgres.kill,
    startDatabase: postgres.start,
    async stop() {
      await app.stop();
      await runner.stop();
      await store.close();
      await Promise.all([pool, admin, storePool, projectorPool].map((each) => each.end()));
      await bus.close();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
