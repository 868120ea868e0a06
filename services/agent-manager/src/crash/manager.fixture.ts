/** A manager with a small egress of its own in one process, for tests that kill it. Settings come as JSON in argv. */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { EgressClose, EgressOpen, EVENT_TYPES, subjects } from '@claude-codex/contracts';
import { createSchemaRegistry } from '@claude-codex/eventing';
import {
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createInProcessJobs,
  createLogger,
  serveJson,
  systemClock,
} from '@claude-codex/service-kit';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { z } from 'zod';
import { createAgentManagerApp } from '../app.ts';

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
const doors = new Map<string, Server>();

serveJson(bus, subjects.egress.open, EgressOpen, async ({ instanceId, epoch, socketPath }) => {
  const key = `${instanceId}-${epoch}`;
  if (!doors.has(key)) doors.set(key, await openDoor(socketPath));
  return { ok: true };
});
serveJson(bus, subjects.egress.close, EgressClose, async ({ instanceId, epoch }) => {
  doors.get(`${instanceId}-${epoch}`)?.close();
  return { ok: true };
});

async function openDoor(socketPath: string): Promise<Server> {
  await mkdir(dirname(socketPath), { recursive: true });
  await rm(socketPath, { force: true });
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      if (request.url === '/healthz') return void response.end();
      if (request.url === '/blobs') {
        const { blobId } = await blobs.put(body, { maxBytes: 1e9 });
        return void response.end(JSON.stringify({ blobId }));
      }
      if (request.url === '/mcp') return void response.writeHead(404).end();
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${given.modelUrl}${request.url}`, {
        method: request.method ?? 'GET',
        headers,
        ...(body.length > 0 ? { body } : {}),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  await chmod(socketPath, 0o666);
  return server;
}

const app = createAgentManagerApp({
  store,
  checkpoints: createPgCheckpoints(pool),
  bus,
  jobs: createInProcessJobs(),
  blobs,
  journal: createDirectoryJournal(join(given.root, 'journals')),
  log,
  settings: {
    managerId: 'crash-test',
    dataDir: given.root,
    runtime: 'process',
    agent: { image: '', uid: null, memoryBytes: 2 * 1024 ** 3, cpus: 2, pids: 512, seccompPath: null },
    maxAgents: null,
    samplePath: given.samplePath,
    checkTimeoutMs: 60_000,
    bundleMaxBytes: 1e8,
    network: {},
  },
});
await app.start();
