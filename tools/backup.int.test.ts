import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { createInProcessBus } from '@claude-codex/service-kit';
import { writeArchive } from '@claude-codex/service-kit/backup/write-archive';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { loadMasterKey } from '@claude-codex/service-kit/secrets/master-key';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBackup } from './backup/make-backup.ts';
import { MANIFEST_ENTRY } from './backup/manifest.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';
import { diagnose } from './operate/diagnose.ts';

const KNOWN = migrations.map(({ name }) => name);
const CANARY = 'a-value-that-somebody-gave-to-an-agent';

describe('a backup', () => {
  let postgres: TestPostgres;
  let root: string;
  let connectionString: string;
  let made = 0;
  /** Number of events in the log that is backed up. */
  let head: number;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    root = mkdtempSync(join(tmpdir(), 'claude-codex-backup-'));
    connectionString = await postgres.createDatabase();
    head = await live(connectionString, 200);
    await onceIn(connectionString, async (pool) => {
      await pool.query(`select es.archive_stream(stream) from es.event where position = 1`);
      await pool.query(
        `insert into accounts.person (id, name, email) values ('p1', E'Ada\\t\\\\N', 'ada@example.org')`,
      );
      await pool.query(
        `insert into accounts.session (id, person_id, token, expires_at) values ('s1', 'p1', 'token-of-a-session', now())`,
      );
      await pool.query(
        `insert into accounts.credential (id, person_id, provider_id, account_id, password)
          values ('c1', 'p1', 'credential', 'p1', 'a hash')`,
      );
    });
    await loadMasterKey(keyOf(data()));
    const blob = 'what a person may read';
    const blobId = createHash('sha256').update(blob).digest('hex');
    file('data', `blobs/${blobId.slice(0, 2)}/${blobId.slice(2)}`, blob);
    file('data', 'blobs/incoming/half', 'unfinished');
    file('data', 'mirrors/r1.git/HEAD', 'ref: refs/heads/main\n');
    file('data', 'mirrors/r1.git/refs/heads/tmp_x', 'a branch of that name\n');
    file('data', 'mirrors/r1.git/objects/pack/tmp_pack_1', 'unfinished');
    file('data', 'mirrors/r1.git/refs/heads/main.lock', 'unfinished');
    mkdirSync(join(data(), 'mirrors/r1.git/objects/info'), { recursive: true });
    file('data', 'journals/i1/000001-000000000001.ndjson', '{"seq":1}\n');
    file('data', 'journals/i1/000002-000000000001.ndjson', '{"seq":1,"of":"an epoch the log does not know"}\n');
    file('data', 'instances/i1/checkout.json', '{}');
    file('data', 'instances/i1/home/.codex/values', CANARY);
    await started('i1', 1);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(root, { recursive: true });
  });

  const data = () => join(root, 'data');
  const keyOf = (directory: string) => join(directory, 'secrets', 'master.key');
  function file(directory: string, path: string, text: string): void {
    const to = join(root, directory, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }

  async function onceIn<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = createPool({ connectionString: url, name: 'test' });
    try {
      return await work(pool);
    } finally {
      await pool.end();
    }
  }

  function openStore(url: string, pool: Pool) {
    const registry = createSchemaRegistry(EVENT_TYPES);
    return createPgEventStore({ pool, connectionString: url, registry, bus: createInProcessBus(), log: silentLog });
  }

  /** A history of work; gives its last position. */
  const live = (url: string, steps: number) =>
    onceIn(url, async (pool) => {
      const store = openStore(url, pool);
      for (const { stream, type, data: given, meta } of generateFlow(steps, seededChooser(11))) {
        const { commandId, ...rest } = meta;
        const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data: given }] }];
        await store.append({ commandId, meta: rest, writes });
      }
      const { position } = await store.head();
      await store.close();
      return position;
    });

  const started = (id: string, epoch: number) =>
    onceIn(connectionString, async (pool) => {
      const store = openStore(connectionString, pool);
      const { rows } = await pool.query<{ data: object }>(
        `select data from es.every_event where type = 'InstanceStarting' limit 1`,
      );
      const [first] = generateFlow(1, seededChooser(11));
      if (first === undefined) throw new Error('no event');
      const { commandId: _, ...meta } = first.meta;
      const events = [{ type: 'InstanceStarting', data: { ...rows[0]?.data, epoch } }];
      await store.append({
        commandId: `start-${id}`,
        meta,
        writes: [{ stream: `instance-${id}`, expectedVersion: 'any', events }],
      });
      head = (await store.head()).position;
      await store.close();
    });

  async function backup(given: { withKey?: boolean; url?: string; signal?: AbortSignal } = {}) {
    made += 1;
    const target = join(root, `${made}.tar.zst`);
    const { withKey = false, url = connectionString, signal = new AbortController().signal } = given;
    const options = { root: data(), keyFile: keyOf(data()), withKey, target, version: '0.1.0', signal };
    return { target, ...(await makeBackup({ ...options, connectionString: url })) };
  }

  async function restore(path: string, into: { url: string; directory: string }) {
    const manifest = await verifyBackup(path, KNOWN);
    mkdirSync(into.directory, { recursive: true });
    const place = { connectionString: into.url, root: into.directory, keyFile: keyOf(into.directory) };
    return restoreBackup({ path, manifest, ...place, log: silentLog });
  }

  async function freshPlace() {
    made += 1;
    return { url: await postgres.createDatabase(), directory: join(root, `restored-${made}`) };
  }

  const rowsOf = (url: string, sql: string) => onceIn(url, async (pool) => (await pool.query(sql)).rows);
  const everything = `select e::text from es.every_event e order by position`;

  it('holds every event, account and file as of its position, for its owner alone', async () => {
    const { target, manifest, missing } = await backup();
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(manifest.position).toBe(head);
    expect(missing.length).toBeGreaterThan(0);
    const into = await freshPlace();
    const { epoch, position } = await restore(target, into);
    expect(position).toBe(head);
    expect(epoch).not.toBe(manifest.epoch);
    expect(await rowsOf(into.url, everything)).toEqual(await rowsOf(connectionString, everything));
    expect(await rowsOf(into.url, 'select name, email from accounts.person')).toEqual([
      { name: 'Ada\t\\N', email: 'ada@example.org' },
    ]);
    expect(await rowsOf(into.url, 'select password from accounts.credential')).toEqual([{ password: 'a hash' }]);
    const findings = await diagnose({ connectionString: into.url });
    expect(findings.filter(({ ok }) => ok === false)).toEqual([]);
    const files = readdirSync(into.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(into.directory, name)).isFile(),
    );
    expect(files.filter((name) => !name.startsWith('blobs/')).toSorted()).toEqual([
      'instances/i1/checkout.json',
      'journals/i1/000001-000000000001.ndjson',
      'mirrors/r1.git/HEAD',
      'mirrors/r1.git/refs/heads/tmp_x',
    ]);
    expect(files.filter((name) => name.startsWith('blobs/'))).toHaveLength(1);
    expect(statSync(join(into.directory, 'mirrors/r1.git/objects/info')).isDirectory()).toBe(true);
  });

  it('holds nobody’s session, no value in the clear, and no key unless it is asked for', async () => {
    const contents = async (withKey: boolean) => {
      const { target, manifest } = await backup({ withKey });
      return { manifest, plain: zstdDecompressSync(readFileSync(target)).toString('latin1') };
    };
    const key = readFileSync(keyOf(data()), 'utf8').trim();
    const without = await contents(false);
    expect(without.plain).toContain('ada@example.org');
    for (const secret of [CANARY, 'token-of-a-session', key]) expect(without.plain).not.toContain(secret);
    const { manifest, plain } = await contents(true);
    expect(plain).toContain(key);
    expect(manifest.masterKey).toEqual({ fingerprint: without.manifest.masterKey?.fingerprint, inside: true });
  });

  it('puts the key back when it has it, and keeps the one that was there', async () => {
    const { target } = await backup({ withKey: true });
    const into = await freshPlace();
    await loadMasterKey(keyOf(into.directory));
    const before = readFileSync(keyOf(into.directory), 'utf8');
    await restore(target, into);
    expect(readFileSync(keyOf(into.directory), 'utf8')).toBe(readFileSync(keyOf(data()), 'utf8'));
    const names = readdirSync(dirname(keyOf(into.directory)));
    const kept = names.find((name) => name.includes('before-restore')) ?? '';
    expect(readFileSync(join(into.directory, 'secrets', kept), 'utf8')).toBe(before);
  });

  it('of an older release is restored into its own tables and then brought up to date', async () => {
    await onceIn(postgres.connectionString, (pool) => pool.query('create database of_an_older_release'));
    const url = connectionString.replace(/[^/]+$/, 'of_an_older_release');
    await migrate({ connectionString: url, migrations: migrations.slice(0, -1), log: silentLog });
    await live(url, 20);
    const { target, manifest } = await backup({ url });
    expect(manifest.migrations).toEqual(KNOWN.slice(0, -1).toSorted());
    const into = await freshPlace();
    await restore(target, into);
    expect(await rowsOf(into.url, everything)).toEqual(await rowsOf(url, everything));
    expect(await rowsOf(into.url, 'select name from schema_migration order by name')).toEqual(
      KNOWN.toSorted().map((name) => ({ name })),
    );
  });

  it('is refused when it is cut off or one byte of it changed, wherever that is', async () => {
    const { target } = await backup();
    const { size } = statSync(target);
    const bytes = readFileSync(target);
    const broken = join(root, 'broken.tar.zst');
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      const at = Math.floor(size * share);
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(broken, changed);
      await expect(verifyBackup(broken, KNOWN), `byte ${at} of ${size} changed`).rejects.toThrow(
        /is not a whole backup/,
      );
      writeFileSync(broken, bytes);
      truncateSync(broken, at);
      await expect(verifyBackup(broken, KNOWN), `cut off at ${at} of ${size}`).rejects.toThrow(/is not a whole backup/);
    }
    writeFileSync(broken, 'something else');
    await expect(verifyBackup(broken, KNOWN)).rejects.toThrow(/is not a whole backup/);
  });

  it('is refused when something else took the place of its content', async () => {
    const forged = join(root, 'forged.tar.zst');
    const { manifest } = await backup();
    await writeArchive(forged, async (archive) => {
      await archive.add('rows/es.event/000001', Buffer.from('other rows'));
      await archive.add(MANIFEST_ENTRY, Buffer.from(JSON.stringify(manifest)));
    });
    await expect(verifyBackup(forged, KNOWN)).rejects.toThrow(/is not as it was written/);
  });

  it('of a newer release is refused by name', async () => {
    const { manifest } = await backup();
    const newer = (name: string, changes: object) =>
      writeArchive(join(root, name), (archive) =>
        archive.add(MANIFEST_ENTRY, Buffer.from(JSON.stringify({ ...manifest, version: '9.9.9', ...changes }))),
      );
    await newer('format.tar.zst', { format: 2, tables: 'told otherwise' });
    await expect(verifyBackup(join(root, 'format.tar.zst'), KNOWN)).rejects.toThrow(
      /newer release \(9\.9\.9\): its format is 2/,
    );
    await newer('tables.tar.zst', { migrations: [...manifest.migrations, '9999-to-come'] });
    await expect(verifyBackup(join(root, 'tables.tar.zst'), KNOWN)).rejects.toThrow(
      /newer release \(9\.9\.9\): its tables are as of 9999-to-come/,
    );
  });

  it('is not restored over events, people or files that are there', async () => {
    const { target } = await backup();
    const events = await freshPlace();
    await live(events.url, 1);
    const before = await rowsOf(events.url, everything);
    await expect(restore(target, events)).rejects.toThrow(/holds \d+ events and 0 people already/);
    expect(await rowsOf(events.url, everything)).toEqual(before);
    const files = await freshPlace();
    mkdirSync(join(files.directory, 'journals', 'i9'), { recursive: true });
    await expect(restore(target, files)).rejects.toThrow(/journals is not empty/);
  });

  it('that cannot be restored to its end leaves the server empty, and can be tried again', async () => {
    const { target, manifest } = await backup();
    const into = await freshPlace();
    mkdirSync(into.directory);
    const place = { connectionString: into.url, root: into.directory, keyFile: keyOf(into.directory) };
    const wrong = { ...manifest, position: manifest.position + 1 };
    await expect(restoreBackup({ path: target, manifest: wrong, ...place, log: silentLog })).rejects.toThrow(
      /The log ends at/,
    );
    expect(readdirSync(into.directory)).toEqual([]);
    expect(await rowsOf(into.url, everything)).toEqual([]);
    await restore(target, into);
    expect(await rowsOf(into.url, everything)).toEqual(await rowsOf(connectionString, everything));
  });

  it('that is broken off or has no room leaves no file', async () => {
    const before = readdirSync(root);
    await expect(backup({ signal: AbortSignal.abort(new Error('Stopped')) })).rejects.toThrow();
    expect(readdirSync(root)).toEqual(before);
    await expect(
      writeArchive(join(root, 'half.tar.zst'), async (archive) => {
        await archive.add('one', Buffer.alloc(1_000));
        throw new Error('the database went away');
      }),
    ).rejects.toThrow('the database went away');
    expect(readdirSync(root)).toEqual(before);
  });
});
