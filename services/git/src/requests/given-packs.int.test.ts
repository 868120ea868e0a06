import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { expect, it } from 'vitest';
import { createGivenPacks } from './given-packs.ts';

const HOUR_MS = 60 * 60_000;

it('a pack is removed an hour after it was given out, also by the next service, and nothing else is', async () => {
  const root = mkdtempSync(join(tmpdir(), 'codex-packs-'));
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const noted = mkdtempSync(join(root, 'noted-'));
  const put = async (text: string) => (await blobs.put(Buffer.from(text), { maxBytes: 100 })).blobId;
  const [pack, kept] = [await put('a pack'), await put('a document')];
  await createGivenPacks(noted, blobs).note(pack);
  const after = createGivenPacks(noted, blobs);
  await after.clear(Date.now() + HOUR_MS - 5_000);
  expect(await blobs.stat(pack)).not.toBeNull();
  await after.clear(Date.now() + HOUR_MS);
  expect([await blobs.stat(pack), readdirSync(noted)]).toEqual([null, []]);
  expect(await blobs.stat(kept)).not.toBeNull();
  rmSync(root, { recursive: true });
});
