import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@claude-codex/testing';
import { s3Engine, startTestS3, type TestS3 } from '@claude-codex/testing/s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blobsContract } from '../blobs.contract.ts';
import { BlobDamaged } from '../blobs.ts';
import { openBlobs } from './open-blobs.ts';

describeWith(s3Engine, 'an S3-compatible store', () => {
  let directory: string;
  let s3: TestS3;
  let keys: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'blobs-'));
    s3 = await startTestS3();
    keys = join(directory, 'keys');
    await writeFile(keys, `${s3.keys.accessKeyId}\n${s3.keys.secretAccessKey}\n`);
    await writeFile(join(directory, 'wrong'), `${s3.keys.accessKeyId}\nguessed\n`);
  });
  afterAll(async () => {
    await s3.stop();
    await rm(directory, { recursive: true });
  });

  const open = (place = `s3://${s3.bucket}/some/where?endpoint=${s3.endpoint}`, keysFile = keys) =>
    openBlobs({ CODEX_BLOBS: place, CODEX_S3_KEYS_FILE: keysFile }, directory);

  blobsContract('S3', async () => ({ blobs: await open(), close: async () => undefined }));

  it('keeps a body of many megabytes, and no copy of it on this machine', async () => {
    const blobs = await open();
    const body = Buffer.alloc(20 * 1024 * 1024, 'codex');
    const { blobId } = await blobs.put(body, { maxBytes: body.length });
    expect(
      createHash('sha256')
        .update(await blobs.read(blobId, body.length))
        .digest('hex'),
    ).toBe(blobId);
    expect(await readdir(join(directory, 'blobs', 'incoming'))).toEqual([]);
  });

  it('says that a content was changed where it is kept', async () => {
    const blobs = await open();
    const { blobId } = await blobs.put(Buffer.from('as it was'), { maxBytes: 100 });
    const files = await readdir(s3.directory, { recursive: true });
    const path = join(
      s3.directory,
      files.find((name) => name.endsWith('_object') && name.includes(blobId.slice(2))) ?? '',
    );
    expect(await readFile(path, 'utf8')).toBe('as it was');
    await writeFile(path, 'as it is!');
    await expect(blobs.read(blobId, 100)).rejects.toThrow(BlobDamaged);
  });

  it.each([
    [
      'a bucket that is not there',
      () => open(`s3://no-such-bucket?endpoint=${s3.endpoint}`),
      /^CODEX_BLOBS: .*no such bucket/,
    ],
    [
      'a store nobody answers at',
      () => open('s3://bucket?endpoint=http://127.0.0.1:1'),
      /^CODEX_BLOBS: .*nothing answers at 127.0.0.1:1/,
    ],
    [
      'a wrong secret',
      () => open(undefined, join(directory, 'wrong')),
      /^CODEX_BLOBS: .*CODEX_S3_KEYS_FILE are not let in/,
    ],
    ['no keys', () => openBlobs({ CODEX_BLOBS: 's3://bucket' }, directory), /^CODEX_S3_KEYS_FILE is not set/],
    [
      'keys that are not there',
      () => open(undefined, join(directory, 'none')),
      /^CODEX_S3_KEYS_FILE: .*cannot be read/,
    ],
  ])('refuses %s by the name of the setting', async (_name, opening, words) => {
    await expect(opening()).rejects.toThrow(words);
  });
});
