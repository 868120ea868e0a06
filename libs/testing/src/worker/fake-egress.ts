import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';

export interface FakeEgress {
  readonly socketPath: string;
  /** What was uploaded, by blob id. */
  readonly blobs: ReadonlyMap<string, Buffer>;
  /** Authorization headers that model calls carried. */
  readonly authorizations: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface FakeEgressOptions {
  readonly socketPath: string;
  /** Base address that `/v1/*` is passed on to. */
  readonly modelUrl: string;
  /** Base address that `/mcp` is passed on to. */
  readonly mcpUrl: string;
}

/** The routes egress serves on an instance's socket, without credentials, budgets or metering. */
export async function startFakeEgress(options: FakeEgressOptions): Promise<FakeEgress> {
  const blobs = new Map<string, Buffer>();
  const authorizations = new Set<string>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/healthz')) {
      response.writeHead(200).end();
    } else if (path.startsWith('/blobs') && request.method === 'PUT') {
      void storeBlob(request, response, blobs);
    } else if (path.startsWith('/mcp')) {
      passOn(request, response, options.mcpUrl);
    } else {
      if (request.headers.authorization !== undefined) authorizations.add(request.headers.authorization);
      passOn(request, response, options.modelUrl);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.socketPath, resolve);
  });
  return { socketPath: options.socketPath, blobs, authorizations, close: () => closeServer(server) };
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function storeBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blobs: Map<string, Buffer>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const blobId = createHash('sha256').update(body).digest('hex');
  blobs.set(blobId, body);
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ blobId }));
}

function passOn(request: IncomingMessage, response: ServerResponse, baseUrl: string): void {
  // `connection` is about one connection: passed on, a "close" would be said about one that is used again.
  const { connection: _hop, ...headers } = request.headers;
  const outgoing = httpRequest(new URL(request.url ?? '/', baseUrl), {
    method: request.method,
    headers: { ...headers, host: new URL(baseUrl).host },
  });
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  outgoing.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.once('close', () => outgoing.destroy());
  request.pipe(outgoing);
}
