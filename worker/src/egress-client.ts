import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EGRESS_PATHS } from '@claude-codex/contracts/worker/egress-paths';
import { nodeHttp } from './node-http.ts';

const HEALTH_TIMEOUT_MS = 3_000;
/** Without a byte moving for so long a transfer is given up. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** What the supervisor itself asks of egress, over the unix socket. */
export interface EgressClient {
  /** Throws with the reason when egress does not answer 200 in 3 s. */
  checkHealth(): Promise<void>;
  putFile(path: string): Promise<string>;
  putBytes(bytes: Uint8Array): Promise<string>;
}

/** Egress, or the store of blobs behind it, could not do it now. Its refusals of what was sent are other errors. */
export class EgressAway extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'EgressAway';
  }
}

export function createEgressClient(socketPath: string): EgressClient {
  async function put(body: Readable | Uint8Array, bytes: number): Promise<string> {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': bytes };
    const answer = await send(socketPath, { method: 'PUT', path: EGRESS_PATHS.blobs, headers, body });
    if (answer.status >= 500) throw new EgressAway(`egress answered ${answer.status} to an upload`);
    if (answer.status < 200 || answer.status > 299) throw new Error(`egress answered ${answer.status} to an upload`);
    return blobIdIn(answer.text);
  }
  return {
    async checkHealth() {
      const timeoutMs = HEALTH_TIMEOUT_MS;
      const answer = await send(socketPath, { method: 'GET', path: EGRESS_PATHS.health, timeoutMs });
      if (answer.status !== 200) throw new Error(`egress answered ${answer.status}`);
    },
    async putFile(path) {
      const { size } = await stat(path);
      return put(createReadStream(path), size);
    },
    putBytes: (bytes) => put(bytes, bytes.length),
  };
}

function blobIdIn(text: string): string {
  const answer: unknown = JSON.parse(text);
  const blobId = typeof answer === 'object' && answer !== null && 'blobId' in answer ? answer.blobId : null;
  if (typeof blobId !== 'string' || blobId === '') throw new Error('egress named no blob for an upload');
  return blobId;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: Readable | Uint8Array;
  readonly timeoutMs?: number;
}

async function send(socketPath: string, call: Call): Promise<{ status: number; text: string }> {
  const outgoing = nodeHttp.request({
    socketPath,
    method: call.method,
    path: call.path,
    headers: { host: 'egress', ...call.headers },
  });
  const timeoutMs = call.timeoutMs ?? IDLE_TIMEOUT_MS;
  outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`egress was silent for ${timeoutMs} ms`)));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', (cause) => reject(new EgressAway(cause.message, { cause })));
  });
  if (call.body instanceof Uint8Array || call.body === undefined) {
    outgoing.end(call.body);
    return readAnswer(await answered);
  }
  // An answer (a refusal) may come before the body is through; then the body's broken pipe is not the news.
  const sent = pipeline(call.body, outgoing).catch((error: unknown) =>
    outgoing.destroyed ? undefined : Promise.reject(error),
  );
  const [answer] = await Promise.all([answered, sent]);
  return readAnswer(answer);
}

async function readAnswer(answer: IncomingMessage): Promise<{ status: number; text: string }> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const chunk of answer) {
    text += chunk;
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  return { status: answer.statusCode ?? 0, text };
}
