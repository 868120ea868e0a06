import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BlobStore } from '../blobs.ts';
import { OperatorError, reasonOf } from '../operator-error.ts';
import { absolutePath } from '../settings/fields.ts';
import { createDirectoryBlobs } from './directory-blobs.ts';

const EXPECTED =
  'must be an absolute path, s3://bucket/prefix?endpoint=https://…&region=… or the https:// address of the team server';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Where large things are kept, as every service reads it. */
export const BlobsEnv = z.object({
  CODEX_BLOBS: z.string().refine(isPlace, EXPECTED).optional(),
  CODEX_S3_KEYS_FILE: absolutePath.optional(),
  CODEX_HOST_TOKEN_FILE: absolutePath.optional(),
});
export type BlobsEnv = z.output<typeof BlobsEnv>;

/**
 * The store of the setting `CODEX_BLOBS`; without it a directory `blobs` of the data directory. Throws `OperatorError`
 * with the name of the setting that is wrong.
 */
export async function openBlobs(env: BlobsEnv, dataDir: string): Promise<BlobStore> {
  const directory = join(dataDir, 'blobs');
  const place = env.CODEX_BLOBS ?? directory;
  if (place.startsWith('/')) return createDirectoryBlobs(place);
  const incoming = join(directory, 'incoming');
  const url = new URL(place);
  if (url.protocol === 's3:') {
    // Loaded only where it is used: a few megabytes of each process.
    const { openS3Blobs } = await import('./s3-blobs.ts');
    return openS3Blobs(s3PlaceOf(url), await s3Keys(env.CODEX_S3_KEYS_FILE), incoming);
  }
  const { createHttpBlobs } = await import('./http-blobs.ts');
  const token = await readSecret('CODEX_HOST_TOKEN_FILE', env.CODEX_HOST_TOKEN_FILE, 'the token for hosts');
  return createHttpBlobs(url, token, incoming);
}

/** The content of the file a setting names, without the line's end. */
export async function readSecret(name: string, path: string | undefined, holds: string): Promise<string> {
  if (path === undefined) throw new OperatorError(`${name} is not set, but must be the path of a file with ${holds}.`);
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new OperatorError(`${name}: ${path} cannot be read: ${reasonOf(cause)}.`, { cause });
  }
  if (text === '') throw new OperatorError(`${name}: ${path} is empty, but must hold ${holds}.`);
  return text;
}

async function s3Keys(path: string | undefined) {
  const holds = 'the access key id in its first line and the secret in its second';
  const lines = (await readSecret('CODEX_S3_KEYS_FILE', path, holds)).split('\n').map((line) => line.trim());
  const [accessKeyId = '', secretAccessKey = ''] = lines;
  if (secretAccessKey === '') throw new OperatorError(`CODEX_S3_KEYS_FILE: ${path} must hold ${holds}.`);
  return { accessKeyId, secretAccessKey };
}

function s3PlaceOf(url: URL) {
  return {
    bucket: url.hostname,
    prefix: url.pathname.replace(/^\/+|\/+$/g, ''),
    endpoint: url.searchParams.get('endpoint'),
    region: url.searchParams.get('region') ?? 'us-east-1',
  };
}

function isPlace(text: string): boolean {
  if (text.startsWith('/')) return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  // A login in an address ends up in logs; keys come in files.
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'http:' || url.protocol === 'https:') return url.search === '' && url.hash === '';
  if (url.protocol !== 's3:' || !BUCKET.test(url.hostname)) return false;
  const { searchParams } = url;
  const endpoint = searchParams.get('endpoint');
  if (endpoint !== null && !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))) return false;
  return [...searchParams.keys()].every((name) => name === 'endpoint' || name === 'region');
}
