import { chownSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { migrations } from '@claude-codex/infra/migrations';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { loadMasterKey } from '@claude-codex/service-kit/secrets/master-key';
import { silentLog } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BackedUp,
  EVERY_EVENT,
  KNOWN,
  keyOf,
  rowsOf,
  startBackedUp,
  VALUE_OF_AN_AGENT,
  workIn,
} from './backup/backed-up.fixture.ts';
import { diagnose } from './operate/diagnose.ts';

describe('a backup', () => {
  let server: BackedUp;

  beforeAll(async () => {
    server = await startBackedUp();
  });
  afterAll(() => server.stop());

  it('holds every event, account and file as of its position, for its owner alone', async () => {
    const { target, manifest, missing } = await server.backup();
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const events = await rowsOf(server.connectionString, EVERY_EVENT);
    expect(manifest.position).toBe(events.length);
    expect(missing.length).toBeGreaterThan(0);
    const into = await server.freshPlace();
    const { epoch, position } = await server.restore(target, into);
    expect(position).toBe(events.length);
    expect(epoch).not.toBe(manifest.epoch);
    expect(await rowsOf(into.url, EVERY_EVENT)).toEqual(events);
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

  it('gives everything to whom the data directory belongs, as containers of services need it', async () => {
    const { target } = await server.backup();
    const into = await server.freshPlace();
    mkdirSync(into.directory);
    if (process.getuid?.() === 0) chownSync(into.directory, 1000, 1000);
    await server.restore(target, into);
    const { uid } = statSync(into.directory);
    const places = readdirSync(into.directory, { recursive: true, encoding: 'utf8' });
    expect(places.filter((path) => statSync(join(into.directory, path)).uid !== uid)).toEqual([]);
    expect(statSync(join(into.directory, 'instances/i1')).mode & 0o777).toBe(0o711);
  });

  it('holds nobody’s session, no value in the clear, and no key unless it is asked for', async () => {
    const contents = async (withKey: boolean) => {
      const { target, manifest } = await server.backup({ withKey });
      return { manifest, plain: zstdDecompressSync(readFileSync(target)).toString('latin1') };
    };
    const key = readFileSync(keyOf(server.data), 'utf8').trim();
    const without = await contents(false);
    expect(without.plain).toContain('ada@example.org');
    for (const secret of [VALUE_OF_AN_AGENT, 'token-of-a-session', key]) expect(without.plain).not.toContain(secret);
    const { manifest, plain } = await contents(true);
    expect(plain).toContain(key);
    expect(manifest.masterKey).toEqual({ fingerprint: without.manifest.masterKey?.fingerprint, inside: true });
  });

  it('puts the key back when it has it, and keeps the one that was there', async () => {
    const { target } = await server.backup({ withKey: true });
    const into = await server.freshPlace();
    await loadMasterKey(keyOf(into.directory));
    const before = readFileSync(keyOf(into.directory), 'utf8');
    await server.restore(target, into);
    expect(readFileSync(keyOf(into.directory), 'utf8')).toBe(readFileSync(keyOf(server.data), 'utf8'));
    const names = readdirSync(dirname(keyOf(into.directory)));
    const kept = names.find((name) => name.includes('before-restore')) ?? '';
    expect(readFileSync(join(into.directory, 'secrets', kept), 'utf8')).toBe(before);
  });

  it('of an older release is restored into its own tables and then brought up to date', async () => {
    const url = await server.emptyDatabase('of_an_older_release');
    await migrate({ connectionString: url, migrations: migrations.slice(0, -1), log: silentLog });
    await workIn(url, 20);
    const { target, manifest } = await server.backup({ url });
    expect(manifest.migrations).toEqual(KNOWN.slice(0, -1).toSorted());
    const into = await server.freshPlace();
    await server.restore(target, into);
    expect(await rowsOf(into.url, EVERY_EVENT)).toEqual(await rowsOf(url, EVERY_EVENT));
    expect(await rowsOf(into.url, 'select name from schema_migration order by name')).toEqual(
      KNOWN.toSorted().map((name) => ({ name })),
    );
  });
});
