import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { BlobNotFound, type BlobRange, type BlobStore } from '../blobs.ts';
import { OperatorError, reasonOf } from '../operator-error.ts';
import { type Incoming, withIncoming } from './incoming.ts';
import { isBlobId, readWhole, verified } from './whole.ts';

export interface S3Place {
  readonly bucket: string;
  /** Before every name; empty or `some/where`. */
  readonly prefix: string;
  /** Null: Amazon's own of the region. */
  readonly endpoint: string | null;
  readonly region: string;
}

export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A connection that is cut in the middle of an upload is no reason to lose a day's work. */
const TRIES = 3;
const CONNECT_MS = 5_000;
const SILENT_MS = 60_000;

/**
 * Blobs as objects of any S3-compatible store, one upload each: it is there whole or not at all. The store compares what
 * it got with the SHA-256 the request is signed with, and what is read whole is compared with its name again.
 * `incoming` is where bodies lie until their name is known. Throws `OperatorError` when the bucket cannot be used.
 */
export async function openS3Blobs(place: S3Place, keys: S3Keys, incoming: string): Promise<BlobStore> {
  const client = new S3Client({
    region: place.region,
    credentials: { ...keys },
    // Stores of other makers seldom have a name for each bucket.
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: SILENT_MS },
    // Ours is the hash in the signature; others know only some of Amazon's newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  await findBucket(client, place);

  const objectOf = (blobId: string) => {
    const name = `${blobId.slice(0, 2)}/${blobId.slice(2)}`;
    return { Bucket: place.bucket, Key: place.prefix === '' ? name : `${place.prefix}/${name}` };
  };

  async function stat(blobId: string): Promise<{ bytes: number } | null> {
    if (!isBlobId(blobId)) return null;
    try {
      const { ContentLength = 0 } = await client.send(new HeadObjectCommand(objectOf(blobId)));
      return { bytes: ContentLength };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  function put(body: Uint8Array | Readable, { maxBytes }: { maxBytes: number }) {
    return withIncoming(incoming, { body, maxBytes }, async (whole) => {
      const { blobId, bytes } = whole;
      if ((await stat(blobId)) === null) await upload(whole);
      return { blobId, bytes };
    });
  }

  async function upload(whole: Incoming): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await uploadOnce(whole);
      } catch (error) {
        // A refusal stays one.
        if (attempt === TRIES || (error instanceof S3ServiceException && error.$fault === 'client')) throw error;
      }
    }
  }

  async function uploadOnce({ path, blobId, bytes }: Incoming): Promise<void> {
    const command = new PutObjectCommand({
      ...objectOf(blobId),
      Body: createReadStream(path),
      ContentLength: bytes,
      ContentType: 'application/octet-stream',
    });
    command.middlewareStack.add(
      (next) => (args) => {
        Object.assign(headersOf(args.request), { 'x-amz-content-sha256': blobId });
        return next(args);
      },
      { step: 'build', name: 'contentHash' },
    );
    await client.send(command);
  }

  async function get(blobId: string, range?: BlobRange): Promise<Readable> {
    if (!isBlobId(blobId)) throw new BlobNotFound('with this name');
    if (range === undefined) return verified(blobId, await fetch(blobId));
    const known = await stat(blobId);
    if (known === null) throw new BlobNotFound(blobId);
    // A range of no bytes cannot be asked for.
    if (range.bytes <= 0 || range.at >= known.bytes) return Readable.from([]);
    return fetch(blobId, `bytes=${range.at}-${range.at + range.bytes - 1}`);
  }

  async function fetch(blobId: string, range?: string): Promise<Readable> {
    try {
      const { Body } = await client.send(new GetObjectCommand({ ...objectOf(blobId), Range: range }));
      if (!(Body instanceof Readable)) throw new TypeError('an answer without a content');
      return Body;
    } catch (error) {
      if (isMissing(error)) throw new BlobNotFound(blobId);
      throw error;
    }
  }

  async function remove(blobId: string): Promise<void> {
    if (isBlobId(blobId)) await client.send(new DeleteObjectCommand(objectOf(blobId)));
  }

  return { put, get, read: (id, maxBytes) => readWhole({ stat, get }, id, maxBytes), stat, remove };
}

/**
 * Asks for an object that is not there, which is what a usable bucket says. Only an answer with a body tells a bucket that
 * is not there from such an object.
 */
async function findBucket(client: S3Client, { bucket, prefix, endpoint, region }: S3Place): Promise<void> {
  try {
    await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix === '' ? '' : `${prefix}/`}is-it-there` }));
  } catch (cause) {
    if (cause instanceof S3ServiceException && cause.name === 'NoSuchKey') return;
    const where = endpoint ?? `the region ${region}`;
    throw new OperatorError(`CODEX_BLOBS: the bucket ${bucket} at ${where} cannot be used: ${whyNot(cause)}`, {
      cause,
    });
  }
}

function whyNot(error: unknown): string {
  if (error instanceof S3ServiceException) {
    if (error.name === 'NoSuchBucket') return 'there is no such bucket. Make it, or put its name right.';
    if (error.$metadata.httpStatusCode === 403) {
      return 'the keys of CODEX_S3_KEYS_FILE are not let in. They have to get, put, delete and list there.';
    }
  }
  return `${reasonOf(error)}.`;
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}

function headersOf(request: unknown): Record<string, string> {
  if (typeof request === 'object' && request !== null && 'headers' in request) {
    return request.headers as Record<string, string>;
  }
  throw new TypeError('a request without headers');
}
