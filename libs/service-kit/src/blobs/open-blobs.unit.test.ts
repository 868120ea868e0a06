import { expect, it } from 'vitest';
import { parseEnv, SettingsError } from '../env.ts';
import { BlobsEnv, openBlobs } from './open-blobs.ts';

it.each([
  '/srv/codex/blobs',
  's3://bucket',
  's3://bucket/some/where?endpoint=https://s3.example.org&region=eu-central-1',
  'https://codex.example.org',
  'https://example.org/below',
])('%s says where blobs are kept', (place) => {
  expect(parseEnv(BlobsEnv, { CODEX_BLOBS: place }).CODEX_BLOBS).toBe(place);
});

it.each([
  'blobs',
  's3://',
  's3://Bucket_With_Words',
  's3://key:secret@bucket',
  's3://bucket?endpoint=nowhere',
  's3://bucket?regoin=eu',
  'ftp://example.org/blobs',
  'https://user:password@example.org',
])('%s is refused by the name of the setting, and no login is shown', (place) => {
  const refuse = () => parseEnv(BlobsEnv, { CODEX_BLOBS: place });
  expect(refuse).toThrow(SettingsError);
  expect(refuse).toThrow(/^CODEX_BLOBS is .* but must be an absolute path, s3:/);
  expect(refuse).not.toThrow(/secret|password/);
});

it('a team server without a token is refused by the name of what is missing', async () => {
  await expect(openBlobs({ CODEX_BLOBS: 'https://example.org' }, '/tmp')).rejects.toThrow(
    'CODEX_HOST_TOKEN_FILE is not set, but must be the path of a file with the token for hosts.',
  );
});
