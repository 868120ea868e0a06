import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

interface BackendRequest {
  /** Directory of the repositories. */
  readonly root: string;
  /** Below the root, as `/name.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  /** Who was let in; git accepts a push from somebody with a name only. */
  readonly user: string;
  readonly mayPush: boolean;
  /** What has to be done before git on the other side hears that it is over. */
  beforeEnd?(): Promise<void>;
}

/** Git's smart HTTP, as a web server runs `git http-backend`: a CGI program. Ends when the answer is out. */
export async function serveGitRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { root, path, query, user, mayPush, beforeEnd }: BackendRequest,
): Promise<void> {
  const child = spawn('git', ['-c', `http.receivepack=${mayPush}`, 'http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
      REMOTE_USER: user,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // A backend that refuses ends before it has read everything; its answer says why.
  const sent = pipeline(request, child.stdin).catch(() => child.stdin.destroy());
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    if (head === null) {
      response.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) continue;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    head = null;
  }
  await sent;
  await beforeEnd?.();
  response.end();
}

function writeHead(response: ServerResponse, head: string): void {
  const headers = head.split('\r\n').map((line) => line.split(/:\s*/, 2) as [string, string]);
  const isStatus = ([name]: [string, string]) => name.toLowerCase() === 'status';
  const status = Number.parseInt(headers.find(isStatus)?.[1] ?? '200', 10);
  response.writeHead(status, headers.filter((header) => !isStatus(header)).flat());
}
