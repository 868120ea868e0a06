import { Readable } from 'node:stream';
import { type BlobStore, BlobTooLarge } from '@claude-codex/service-kit/blobs';
import { HOST_BLOB_BYTES, HOST_BLOBS } from '@claude-codex/service-kit/blobs/http-blobs';
import { hostOnly } from '@claude-codex/service-kit/http/host-token';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';

const BlobPath = z.object({ blobId: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex') });
const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/;

/** Blobs for hosts that share no directory and no object store with this server: put, get and look, by content. */
export async function addHostBlobRoutes(
  app: HttpServer,
  { blobs, hostToken }: { blobs: BlobStore; hostToken: string | null },
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body is a stream that the store bounds; nothing of it is held in memory.
    scope.addContentTypeParser('*', (_request: unknown, payload: Readable, done) => done(null, payload));
    scope.addHook('onRequest', hostOnly(hostToken));
    const schema = { hide: true, params: BlobPath };
    const path = `${HOST_BLOBS}:blobId` as const;

    scope.put(path, { schema, bodyLimit: HOST_BLOB_BYTES }, async (request, reply) => {
      const { blobId } = BlobPath.parse(request.params);
      const maxBytes = HOST_BLOB_BYTES;
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
      try {
        const stored = await blobs.put(request.body as Readable, { maxBytes });
        // It is kept under its own name, so no other one can be taken from it.
        if (stored.blobId !== blobId)
          throw new Problem('MALFORMED_REQUEST', { detail: 'The body is not what it is called.' });
        return reply.code(201).send(stored);
      } catch (error) {
        if (error instanceof BlobTooLarge) throw tooLarge();
        throw error;
      }
    });

    scope.get(path, { schema, compress: false }, async (request, reply) => {
      const { blobId } = BlobPath.parse(request.params);
      const known = await blobs.stat(blobId);
      if (known === null) throw new Problem('NOT_FOUND', { detail: 'There is no such blob.' });
      reply.header('content-type', 'application/octet-stream').header('cache-control', 'no-store');
      const piece = RANGE.exec(request.headers.range ?? '');
      const at = Number(piece?.[1] ?? 0);
      const end = Math.min(Number(piece?.[2] ?? known.bytes), known.bytes - 1) + 1;
      const bytes = Math.max(end - at, 0);
      reply.header('content-length', piece === null ? known.bytes : bytes);
      // An empty stream leaves the length that was said.
      if (request.method === 'HEAD') return reply.send(Readable.from([]));
      if (piece === null) return reply.send(await blobs.get(blobId));
      return reply.code(206).send(await blobs.get(blobId, { at, bytes }));
    });
  });
}

function tooLarge(): Problem {
  return new Problem('BODY_TOO_LARGE', { detail: `A blob may have at most ${HOST_BLOB_BYTES} bytes.` });
}
