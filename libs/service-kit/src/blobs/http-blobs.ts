import { createReadStream } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlobNotFound, type BlobRange, type BlobStore } from '../blobs.ts';
import { nodeHttp } from '../http/node-http.ts';
import { withIncoming } from './incoming.ts';
import { isBlobId, readWhole, verified } from './whole.ts';

/** Where a team server answers hosts; the rest is the blob's id. */
export const HOST_BLOBS = '/hosts/blobs/';
/** A body larger than this is no agent's work. */
export const HOST_BLOB_BYTES = 512 * 1024 * 1024;

const SILENT_MS = 60_000;

interface Question {
  method: 'GET' | 'HEAD' | 'PUT';
  headers?: OutgoingHttpHeaders;
  body?: Readable;
}

/**
 * Blobs of a team server, for a host that has neither its directory nor an object store: put, get and look, by content.
 * Nothing is removed from there: what nobody refers to is the server's business. `incoming` is where bodies lie until
 * their name is known.
 */
export function createHttpBlobs(server: URL, token: string, incoming: string): BlobStore {
  const secure = server.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new nodeHttp.Agent({ keepAlive: true });
  const request = secure ? httpsRequest : nodeHttp.request;

  /** Resolves with the answer's head; a refusal is thrown, one about a blob that is not there as `BlobNotFound`. */
  async function ask(blobId: string, { method, headers = {}, body }: Question): Promise<IncomingMessage> {
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${HOST_BLOBS}${blobId}`, server);
    const asked = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(url, {
      method,
      agent,
      timeout: SILENT_MS,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    outgoing.once('response', asked.resolve);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`${server.host} was silent for ${SILENT_MS} ms`)));
    outgoing.on('error', asked.reject);
    if (body === undefined) outgoing.end();
    // Where it breaks off the answer fails as well.
    else pipeline(body, outgoing).catch(asked.reject);
    const answer = await asked.promise;
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return answer;
    answer.resume();
    if (status === 404) throw new BlobNotFound(blobId);
    const hint = status === 401 ? ': the token of CODEX_HOST_TOKEN_FILE is not the one of the team server' : '';
    throw new Error(`${server.host} answered ${status} when asked for a blob${hint}`);
  }

  async function stat(blobId: string): Promise<{ bytes: number } | null> {
    if (!isBlobId(blobId)) return null;
    try {
      const answer = await ask(blobId, { method: 'HEAD' });
      answer.resume();
      return { bytes: Number(answer.headers['content-length'] ?? 0) };
    } catch (error) {
      if (error instanceof BlobNotFound) return null;
      throw error;
    }
  }

  function put(body: Uint8Array | Readable, { maxBytes }: { maxBytes: number }) {
    return withIncoming(incoming, { body, maxBytes }, async ({ path, blobId, bytes }) => {
      if ((await stat(blobId)) === null) {
        const headers = { 'content-length': bytes, 'content-type': 'application/octet-stream' };
        (await ask(blobId, { method: 'PUT', headers, body: createReadStream(path) })).resume();
      }
      return { blobId, bytes };
    });
  }

  async function get(blobId: string, range?: BlobRange): Promise<Readable> {
    if (!isBlobId(blobId)) throw new BlobNotFound('with this name');
    if (range === undefined) return verified(blobId, await ask(blobId, { method: 'GET' }));
    const known = await stat(blobId);
    if (known === null) throw new BlobNotFound(blobId);
    if (range.bytes <= 0 || range.at >= known.bytes) return Readable.from([]);
    const last = Math.min(range.at + range.bytes, known.bytes) - 1;
    return ask(blobId, { method: 'GET', headers: { range: `bytes=${range.at}-${last}` } });
  }

  async function remove(): Promise<void> {
    throw new Error('A host removes no blobs of its team server');
  }

  return { put, get, read: (id, maxBytes) => readWhole({ stat, get }, id, maxBytes), stat, remove };
}
