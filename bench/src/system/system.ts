import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@claude-codex/contracts/services';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createLogger } from '@claude-codex/service-kit/log';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { freePort, startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@claude-codex/testing';
import { startTestRedis } from '@claude-codex/testing/redis';
import { createServiceProcess, type ServiceProcess } from './service-process.ts';

export const mainOf = (service: string) =>
  fileURLToPath(new URL(`../../../services/${service}/src/main.ts`, import.meta.url));
const TOKEN = 'bench-set-up-token';
const PATIENT = { timeoutMs: 10_000, deadlineMs: 60_000 };
const log = createLogger({ service: 'bench', level: 'fatal' });

/** Two event stores, a projector and a gateway as processes, on a Postgres that flushes and a NATS with JetStream. */
export interface System {
  postgres: TestPostgres;
  nats: TestNats;
  services: ServiceProcess[];
  /** The bus as another service has it. */
  bus: Bus;
  /** The event store as another service sees it. */
  store: EventStore;
  address: string;
  /** Where services keep keys and files. */
  directory: string;
  /** What a browser of the workspace's owner sends. */
  headers: Record<string, string>;
  workspaceId: string;
  stop(): Promise<void>;
}

export async function startSystem({
  stores = 2,
  gateway = {},
  patient = false,
  nodeFlags = [],
  also = [],
}: {
  stores?: number;
  /** More of the gateway's environment. */
  gateway?: Record<string, string>;
  /** Waits for a busy store instead of giving up within a second, as one must when services are killed. */
  patient?: boolean;
  nodeFlags?: readonly string[];
  /** Further services, each with a data directory of its own. */
  also?: readonly ServiceName[];
} = {}): Promise<System> {
  const [postgres, nats, directory] = await Promise.all([
    startTestPostgres({ durable: true, settings: { shared_buffers: '128MB', max_wal_size: '1GB' } }),
    startTestNats(),
    mkdtemp(join(tmpdir(), 'claude-codex-system-')),
  ]);
  const env = { DATABASE_URL: postgres.connectionString, NATS_URL: nats.url };
  const service = async (name: string, more: Record<string, string> = {}) =>
    createServiceProcess(name, mainOf(name), await freePort(), { ...env, ...more }, nodeFlags);
  const redis = also.length === 0 ? null : await startTestRedis();
  const services = [
    ...(await Promise.all(Array.from({ length: stores }, () => service('event-store')))),
    await service('projector'),
    ...(await Promise.all(
      also.map((name) => service(name, { CODEX_DATA_DIR: join(directory, name), REDIS_URL: redis?.url ?? '' })),
    )),
    await service('gateway', { CODEX_DATA_DIR: directory, CODEX_SETUP_TOKEN: TOKEN, ...gateway }),
  ];
  for (const one of services) await one.start();
  const address = `http://127.0.0.1:${services.at(-1)?.port}`;
  const bus = await connectNatsBus({ url: nats.url, name: 'bench', log });
  const { headers, workspaceId } = await setUp(address);

  return {
    postgres,
    nats,
    services,
    bus,
    address,
    directory,
    headers,
    workspaceId,
    store: createBusEventStore({ bus, log, ...(patient ? PATIENT : { timeoutMs: 400, deadlineMs: 800 }) }),
    async stop() {
      await Promise.all(services.map((one) => one.kill()));
      await bus.close();
      await Promise.all([postgres.stop(), nats.stop(), redis?.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function setUp(address: string): Promise<{ headers: Record<string, string>; workspaceId: string }> {
  const response = await fetch(`${address}/api/setup`, {
    method: 'POST',
    headers: { origin: address, 'content-type': 'application/json' },
    body: JSON.stringify({
      token: TOKEN,
      name: 'Ada',
      email: 'ada@example.org',
      password: 'correct horse',
      workspace: 'Bench',
    }),
  });
  const body = (await response.json()) as { id?: string };
  if (response.status !== 201 || body.id === undefined) throw new Error(`set-up answered ${response.status}`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0] ?? '')
    .join('; ');
  return { headers: { cookie, origin: address }, workspaceId: body.id };
}
