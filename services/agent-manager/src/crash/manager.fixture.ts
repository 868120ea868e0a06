/** A manager, the orchestrator and a small egress in one process, for tests that kill it. Settings come as JSON in argv. */
import { join } from 'node:path';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { createGitApp } from '@claude-codex/git';
import { createOrchestratorApp } from '@claude-codex/orchestrator';
import {
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createInProcessJobs,
  createLogger,
  systemClock,
} from '@claude-codex/service-kit';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { z } from 'zod';
import { createAgentManagerApp } from '../app.ts';
import { serveSmallEgress } from './small-egress.fixture.ts';

export const FixtureSettings = z.object({
  root: z.string(),
  database: z.string(),
  modelUrl: z.string(),
  samplePath: z.string(),
  level: z.string(),
});
export type FixtureSettings = z.infer<typeof FixtureSettings>;

const given = FixtureSettings.parse(JSON.parse(process.argv[2] ?? '{}'));
const log = createLogger({ service: 'crash-test', level: given.level });
const bus = createInProcessBus();
const pool = createPool({ connectionString: given.database, name: 'crash-test' });
const registry = createSchemaRegistry(EVENT_TYPES);
const store = createPgEventStore({ pool, connectionString: given.database, registry, bus, log, clock: systemClock });
const blobs = createDirectoryBlobs(join(given.root, 'blobs'));
serveSmallEgress(bus, blobs, given.modelUrl, 'crash-test');

const checkpoints = createPgCheckpoints(pool);
const directory = join(given.root, 'orchestrator');
await createOrchestratorApp({ store, checkpoints, bus, owner: 'crash-test', directory, log }).start();
await createGitApp({
  ...{ store, checkpoints, bus, blobs, log },
  jobs: createInProcessJobs({ log }),
  settings: {
    owner: 'crash-test',
    dataDir: given.root,
    samplePath: given.samplePath,
    bundleMaxBytes: 1e8,
    outgoing: { opened: [] },
    network: {},
    sshKey: null,
    sshKnownHosts: null,
  },
}).start();
const app = createAgentManagerApp({
  store,
  checkpoints,
  bus,
  blobs,
  journal: createDirectoryJournal(join(given.root, 'journals')),
  log,
  settings: {
    managerId: 'crash-test',
    hostId: 'crash-test',
    hostLostAfterMs: 60_000,
    defaultModel: null,
    dataDir: given.root,
    runtime: 'process',
    agent: {
      image: '',
      uid: null,
      sandbox: 'auto' as const,
      tools: [],
      memoryBytes: 2 * 1024 ** 3,
      cpus: 2,
      pids: 512,
      diskBytes: 10 * 1024 ** 3,
      seccompPath: null,
    },
    maxAgents: null,
    checkTimeoutMs: 60_000,
  },
});
await app.start();
