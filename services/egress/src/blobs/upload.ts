import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { BlobStore } from '@claude-codex/service-kit';
import { BlobTooLarge } from '@claude-codex/service-kit';
import { sendProblem } from '../doors/problem-answer.ts';

/** Stores the body and answers `{ blobId, bytes }`. Bundles, transcripts and deliverables come in this way. */
export async function uploadBlob(
  blobs: BlobStore,
  maxBytes: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // The store may give up on its stream; between the two sits this one, so that the refusal can still be answered.
  const body = new PassThrough();
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
    if (!(error instanceof BlobTooLarge)) throw error;
    response.setHeader('connection', 'close');
    sendProblem(response, 'BODY_TOO_LARGE', `An upload may be at most ${maxBytes} bytes.`);
  }
}
