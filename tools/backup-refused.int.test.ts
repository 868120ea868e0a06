import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeArchive } from '@claude-codex/service-kit/backup/write-archive';
import { silentLog } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BackedUp, EVERY_EVENT, KNOWN, keyOf, rowsOf, startBackedUp, workIn } from './backup/backed-up.fixture.ts';
import { MANIFEST_ENTRY } from './backup/manifest.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';

describe('a backup', () => {
  let server: BackedUp;

  beforeAll(async () => {
    server = await startBackedUp();
  });
  afterAll(() => server.stop());

  it('is refused when it is cut off or one byte of it changed, wherever that is', async () => {
    const { target } = await server.backup();
    const { size } = statSync(target);
    const bytes = readFileSync(target);
    const broken = join(server.root, 'broken.tar.zst');
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
    const forged = join(server.root, 'forged.tar.zst');
    const { manifest } = await server.backup();
    await writeArchive(forged, async (archive) => {
      await archive.add('rows/es.event/000001', Buffer.from('other rows'));
      await archive.add(MANIFEST_ENTRY, Buffer.from(JSON.stringify(manifest)));
    });
    await expect(verifyBackup(forged, KNOWN)).rejects.toThrow(/is not as it was written/);
  });

  it('of a newer release is refused by name', async () => {
    const { manifest } = await server.backup();
    const newer = (name: string, changes: object) =>
      writeArchive(join(server.root, name), (archive) =>
        archive.add(MANIFEST_ENTRY, Buffer.from(JSON.stringify({ ...manifest, version: '9.9.9', ...changes }))),
      );
    await newer('format.tar.zst', { format: 2, tables: 'told otherwise' });
    await expect(verifyBackup(join(server.root, 'format.tar.zst'), KNOWN)).rejects.toThrow(
      /newer release \(9\.9\.9\): its format is 2/,
    );
    await newer('tables.tar.zst', { migrations: [...manifest.migrations, '9999-to-come'] });
    await expect(verifyBackup(join(server.root, 'tables.tar.zst'), KNOWN)).rejects.toThrow(
      /newer release \(9\.9\.9\): its tables are as of 9999-to-come/,
    );
  });

  it('is not restored over events, people or files that are there', async () => {
    const { target } = await server.backup();
    const events = await server.freshPlace();
    await workIn(events.url, 1);
    const before = await rowsOf(events.url, EVERY_EVENT);
    await expect(server.restore(target, events)).rejects.toThrow(/holds \d+ events and 0 people already/);
    expect(await rowsOf(events.url, EVERY_EVENT)).toEqual(before);
    const files = await server.freshPlace();
    mkdirSync(join(files.directory, 'journals', 'i9'), { recursive: true });
    await expect(server.restore(target, files)).rejects.toThrow(/journals is not empty/);
  });

  it('that cannot be restored to its end leaves the server empty, and can be tried again', async () => {
    const { target, manifest } = await server.backup();
    const into = await server.freshPlace();
    mkdirSync(into.directory);
    const place = { connectionString: into.url, root: into.directory, keyFile: keyOf(into.directory) };
    const wrong = { ...manifest, position: manifest.position + 1 };
    await expect(restoreBackup({ path: target, manifest: wrong, ...place, log: silentLog })).rejects.toThrow(
      /The log ends at/,
    );
    expect(readdirSync(into.directory)).toEqual([]);
    expect(await rowsOf(into.url, EVERY_EVENT)).toEqual([]);
    await server.restore(target, into);
    expect(await rowsOf(into.url, EVERY_EVENT)).toEqual(await rowsOf(server.connectionString, EVERY_EVENT));
  });

  it('that is broken off, wherever that is, leaves no file', async () => {
    const before = readdirSync(server.root);
    await expect(server.backup({ signal: AbortSignal.abort(new Error('Stopped')) })).rejects.toThrow();
    expect(readdirSync(server.root)).toEqual(before);
    await expect(
      writeArchive(join(server.root, 'half.tar.zst'), async (archive) => {
        await archive.add('one', Buffer.alloc(1_000));
        throw new Error('the database went away');
      }),
    ).rejects.toThrow('the database went away');
    const stopping = new AbortController();
    await expect(
      writeArchive(
        join(server.root, 'half.tar.zst'),
        async (archive) => {
          for (let part = 0; ; part += 1) {
            await archive.add(`${part}`, randomBytes(1 << 20));
            if (part === 20) stopping.abort();
          }
        },
        { signal: stopping.signal },
      ),
    ).rejects.toThrow(/abort/i);
    expect(readdirSync(server.root)).toEqual(before);
  });
});
