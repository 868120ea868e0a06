import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { migrations } from '@claude-codex/infra/migrations';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { dockerEngine } from './docker.ts';
import { silentLog } from './silent-log.ts';
import type { Engine } from './skips.ts';

// Ours are stopped by the tests that start them; the reaper would be one more image, from a registry.
process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';

/** Variable of compose → the image it names when it is not set, and what stands in for it where no registry answers. */
const IMAGES = {
  POSTGRES_IMAGE: ['postgres:17.10', 'claude-codex-standin/postgres:17'],
  NATS_IMAGE: ['nats:2.10.27-alpine', 'claude-codex-standin/nats:2.10.27'],
  VALKEY_IMAGE: ['valkey/valkey:8.1', 'claude-codex-standin/valkey:8.1'],
} as const;

const NATS_CONF = join(import.meta.dirname, '..', '..', '..', 'infra', 'nats.conf');
const password = randomUUID();

/** For `describeWith`: present when an engine answers and has the images of the stores that compose starts. */
export const composeImages: Engine = {
  name: 'Docker engine with the images of the stores',
  missing:
    dockerEngine.missing ??
    (Object.keys(IMAGES).every((name) => imageOf(name as keyof typeof IMAGES) !== null)
      ? null
      : 'no image of Postgres, NATS or Valkey (npm run images)'),
};

export interface ContainerStore {
  /** With the login in it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The Postgres of compose in a container of its own, with every migration applied. */
export async function startPostgresImage(): Promise<ContainerStore> {
  const started = await container('POSTGRES_IMAGE')
    .withEnvironment({
      POSTGRES_USER: 'codex',
      POSTGRES_DB: 'codex',
      POSTGRES_PASSWORD: password,
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale=C',
    })
    .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
    .withExposedPorts(5432)
    // Said once by the server that prepares the directory, and again by the one that stays.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const connectionString = `postgres://codex:${password}@${addressOf(started, 5432)}/codex`;
  await migrate({ connectionString, migrations, log: silentLog });
  return storeOf(started, connectionString);
}

/** The NATS of compose with `infra/nats.conf`, and a login as the first start would write it. */
export async function startNatsImage(): Promise<ContainerStore> {
  const auth = `authorization { user: codex, password: "${password}" }\n`;
  const started = await container('NATS_IMAGE')
    .withEntrypoint(['nats-server'])
    .withCommand(['-c', '/etc/nats.conf'])
    .withCopyFilesToContainer([{ source: NATS_CONF, target: '/etc/nats.conf' }])
    .withCopyContentToContainer([{ content: auth, target: '/run/codex/auth.conf' }])
    .withTmpFs({ '/data': 'rw' })
    .withExposedPorts(4222)
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
    .start();
  return storeOf(started, `nats://codex:${password}@${addressOf(started, 4222)}`);
}

/** The Valkey of compose, which keeps to the protocol of Redis. */
export async function startValkeyImage(): Promise<ContainerStore> {
  const started = await container('VALKEY_IMAGE')
    .withEntrypoint(['valkey-server'])
    .withCommand(['--maxmemory-policy', 'noeviction', '--appendonly', 'yes', '--requirepass', password])
    .withTmpFs({ '/data': 'rw' })
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  return storeOf(started, `redis://:${password}@${addressOf(started, 6379)}`);
}

function container(name: keyof typeof IMAGES): GenericContainer {
  const image = imageOf(name);
  if (image === null) throw new Error(`no image for ${name}: npm run images`);
  return new GenericContainer(image);
}

function imageOf(name: keyof typeof IMAGES): string | null {
  const set = process.env[name];
  return (set === undefined ? IMAGES[name] : [set]).find(isThere) ?? null;
}

function isThere(image: string): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', image], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    // Not pulled, not built: the next name is tried.
    return false;
  }
}

function addressOf(started: StartedTestContainer, port: number): string {
  return `${started.getHost()}:${started.getMappedPort(port)}`;
}

function storeOf(started: StartedTestContainer, url: string): ContainerStore {
  return {
    url,
    async stop() {
      await started.stop({ remove: true, timeout: 0 });
    },
  };
}
