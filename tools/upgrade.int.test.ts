import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { migrations } from '@claude-codex/infra/migrations';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReadModels } from './backup/build-read-models.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';
import { asRecorded } from './earlier-release/added.fixture.ts';
import { type ShownRow, shownRows } from './earlier-release/rows.fixture.ts';
import { diagnose } from './operate/diagnose.ts';

const KNOWN = migrations.map(({ name }) => name);
const fixture = (name: string) => fileURLToPath(new URL(`./earlier-release/${name}`, import.meta.url));

/**
 * Backups of servers that ran earlier releases, each with what those showed. `one-attempt`: 0.1.0 when a phase knew one
 * agent at a time; four histories of `generateFlow`, with tasks over several rounds, reviews, marks, comments, conflicts,
 * retries, costs, and some of its streams in the archive. Like golden files they are never made anew.
 */
describe.each(['one-attempt'])('what the release of %s left', (name) => {
  let postgres: TestPostgres;
  let connectionString: string;
  let root: string;
  let position: number;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    connectionString = await postgres.createDatabase();
    root = mkdtempSync(join(tmpdir(), 'claude-codex-upgrade-'));
    const data = join(root, 'data');
    mkdirSync(data);
    const path = fixture(`${name}.tar.zst`);
    const manifest = await verifyBackup(path, KNOWN);
    const place = { connectionString, root: data, keyFile: join(root, 'master.key') };
    ({ position } = await restoreBackup({ path, manifest, ...place, log: silentLog }));
    const { signal } = new AbortController();
    const paused = await buildReadModels(connectionString, position, {
      log: silentLog,
      signal,
      onProgress: () => undefined,
    });
    expect(paused).toEqual([]);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(root, { recursive: true });
  });

  it('is shown as it was', async () => {
    const shown = (await shownRows(connectionString)).map(asRecorded);
    const recorded = zstdDecompressSync(readFileSync(fixture(`${name}.rows.ndjson.zst`)))
      .toString('utf8')
      .split('\n')
      .map((line): ShownRow => JSON.parse(line));
    expect(recorded.length).toBeGreaterThan(100);
    expect(shown).toEqual(recorded);
  });

  it('is sound: log, read models and next steps', async () => {
    const findings = await diagnose({ connectionString });
    expect(findings.filter(({ ok }) => ok === false)).toEqual([]);
    expect(findings.find(({ id }) => id === 'I6')).toMatchObject({ ok: true });
    expect(findings.find(({ id }) => id === 'I10')).toMatchObject({ ok: true });
  });
});
