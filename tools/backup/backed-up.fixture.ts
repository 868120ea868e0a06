import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry, type EventStore } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { createInProcessBus } from '@claude-codex/service-kit';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { loadMasterKey } from '@claude-codex/service-kit/secrets/master-key';
import { silentLog, startTestPostgres } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { type Backup, makeBackup } from './make-backup.ts';
import { restoreBackup } from './restore-backup.ts';
import { verifyBackup } from './verify-backup.ts';

export const KNOWN = migrations.map(({ name }) => name);
/** In the home of an agent, in the clear. */
export const VALUE_OF_AN_AGENT = 'a-value-that-somebody-gave-to-an-agent';
export const EVERY_EVENT = 'select e::text from es.every_event e order by position';

/** Where a server is, or will be. */
export interface Place {
  url: string;
  directory: string;
}

export type BackedUp = Awaited<ReturnType<typeof startBackedUp>>;

/** A server that worked for a while, with one of everything that a backup has to keep or to leave out. */
export async function startBackedUp() {
  const postgres = await startTestPostgres();
  const root = mkdtempSync(join(tmpdir(), 'claude-codex-backup-'));
  const connectionString = await postgres.createDatabase();
  const data = join(root, 'data');
  let made = 0;

  await workIn(connectionString, 200);
  await onceStored(connectionString, startInstance);
  await onceIn(connectionString, async (pool) => {
    await pool.query(`select es.archive_stream(stream) from es.event where position = 1`);
    await pool.query(`insert into accounts.person (id, name, email) values ('p1', E'Ada\\t\\\\N', 'ada@example.org')`);
    await pool.query(
      `insert into accounts.session (id, person_id, token, expires_at) values ('s1', 'p1', 'token-of-a-session', now())`,
    );
    await pool.query(
      `insert into accounts.credential (id, person_id, provider_id, account_id, password)
        values ('c1', 'p1', 'credential', 'p1', 'a hash')`,
    );
  });
  await loadMasterKey(keyOf(data));
  const blob = 'what a person may read';
  const blobId = createHash('sha256').update(blob).digest('hex');
  file(`blobs/${blobId.slice(0, 2)}/${blobId.slice(2)}`, blob);
  file('blobs/incoming/half', 'unfinished');
  file('mirrors/r1.git/HEAD', 'ref: refs/heads/main\n');
  file('mirrors/r1.git/refs/heads/tmp_x', 'a branch of that name\n');
  file('mirrors/r1.git/objects/pack/tmp_pack_1', 'unfinished');
  file('mirrors/r1.git/refs/heads/main.lock', 'unfinished');
  mkdirSync(join(data, 'mirrors/r1.git/objects/info'), { recursive: true });
  file('journals/i1/000001-000000000001.ndjson', '{"seq":1}\n');
  file('journals/i1/000002-000000000001.ndjson', '{"seq":1,"of":"an epoch the log does not know"}\n');
  file('instances/i1/checkout.json', '{}');
  chmodSync(join(data, 'instances/i1'), 0o711);
  file('instances/i1/home/.codex/values', VALUE_OF_AN_AGENT);

  function file(path: string, text: string): void {
    const to = join(data, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }

  async function backup(
    given: { withKey?: boolean; url?: string; signal?: AbortSignal } = {},
  ): Promise<Backup & { target: string }> {
    made += 1;
    const target = join(root, `${made}.tar.zst`);
    const { withKey = false, url = connectionString, signal = new AbortController().signal } = given;
    const options = { root: data, keyFile: keyOf(data), withKey, target, version: '0.1.0', signal };
    return { target, ...(await makeBackup({ ...options, connectionString: url })) };
  }

  async function restore(path: string, into: Place) {
    const manifest = await verifyBackup(path, KNOWN);
    mkdirSync(into.directory, { recursive: true });
    const place = { connectionString: into.url, root: into.directory, keyFile: keyOf(into.directory) };
    return restoreBackup({ path, manifest, ...place, log: silentLog });
  }

  async function freshPlace(): Promise<Place> {
    made += 1;
    return { url: await postgres.createDatabase(), directory: join(root, `restored-${made}`) };
  }

  async function emptyDatabase(name: string): Promise<string> {
    await onceIn(connectionString, (pool) => pool.query(`create database ${name}`));
    return connectionString.replace(/[^/]+$/, name);
  }

  async function stop(): Promise<void> {
    await postgres.stop();
    rmSync(root, { recursive: true });
  }

  return { root, data, connectionString, backup, restore, freshPlace, emptyDatabase, stop };
}

export function keyOf(directory: string): string {
  return join(directory, 'secrets', 'master.key');
}

export function rowsOf(url: string, sql: string): Promise<unknown[]> {
  return onceIn(url, async (pool) => (await pool.query(sql)).rows);
}

/** A history of so many steps of work. */
export function workIn(url: string, steps: number): Promise<void> {
  return onceStored(url, async (store) => {
    for (const { stream, type, data, meta } of generateFlow(steps, seededChooser(11))) {
      const { commandId, ...rest } = meta;
      await store.append({
        commandId,
        meta: rest,
        writes: [{ stream, expectedVersion: 'any', events: [{ type, data }] }],
      });
    }
  });
}

/** The log knows one epoch of an instance, whose journal may have more. */
async function startInstance(store: EventStore): Promise<void> {
  const known = (await store.readAll({ after: 0, limit: 1_000 })).find(({ type }) => type === 'InstanceStarting');
  if (known === undefined) throw new Error('no instance was ever started');
  const { commandId: _, ...meta } = known.meta;
  const events = [{ type: known.type, data: { ...(known.data as object), epoch: 1 } }];
  await store.append({
    commandId: 'start-i1',
    meta,
    writes: [{ stream: 'instance-i1', expectedVersion: 'any', events }],
  });
}

function onceStored(url: string, work: (store: EventStore) => Promise<void>): Promise<void> {
  return onceIn(url, async (pool) => {
    const registry = createSchemaRegistry(EVENT_TYPES);
    const bus = createInProcessBus();
    const store = createPgEventStore({ pool, connectionString: url, registry, bus, log: silentLog });
    await work(store);
    await store.close();
  });
}

async function onceIn<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ connectionString: url, name: 'test' });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
