import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import type { BlobStore } from '@claude-codex/service-kit';
import { BlobTooLarge } from '@claude-codex/service-kit';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import type { EgressLimits } from '../config.ts';
import { sendProblem } from '../doors/problem-answer.ts';
import type { Door } from '../ports.ts';

export type Uploads = (door: Door, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Stores a body and answers `{ blobId, bytes }`. Bundles, transcripts and deliverables come in this way. */
export function createUploads({ blobs, limits }: { blobs: BlobStore; limits: EgressLimits }): Uploads {
  return async (door, request, response) => {
    const maxBytes = Math.min(limits.blobBytes, door.uploads.left);
    let taken = 0;
    // The store may give up on its stream; between the two sits this one, so that the refusal can still be answered.
    const body = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (!door.uploads.take(chunk.length)) return done(new BlobTooLarge(maxBytes));
        taken += chunk.length;
        done(null, chunk);
      },
    });
    request.once('close', () => {
      if (!request.complete) body.destroy(new Error('the upload was cut off'));
    });
    try {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BlobTooLarge(maxBytes);
      request.pipe(body);
      const stored = await blobs.put(body, { maxBytes });
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(stored));
    } catch (error) {
      request.unpipe(body);
      body.destroy();
      door.uploads.giveBack(taken);
      if (!(error instanceof BlobTooLarge)) throw error;
      hearOut(response);
      const left = Math.min(limits.blobBytes, door.uploads.left);
      sendProblem(response, 'BODY_TOO_LARGE', `An upload may have ${left} bytes more from this instance.`);
    }
  };
}
