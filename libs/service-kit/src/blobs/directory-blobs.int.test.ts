import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { blobsContract } from '../blobs.contract.ts';
import { createDirectoryBlobs } from './directory-blobs.ts';

blobsContract('directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'));
  return { blobs: createDirectoryBlobs(root), close: () => rm(root, { recursive: true }) };
});

it('leaves no unfinished file behind', async () => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'));
  const blobs = createDirectoryBlobs(root);
  await blobs.put(Buffer.from('a'), { maxBytes: 10 });
  await blobs.put(Buffer.from('a'), { maxBytes: 10 });
  await blobs.put(Buffer.alloc(100), { maxBytes: 10 }).catch(() => undefined);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
  await rm(root, { recursive: true });
});
