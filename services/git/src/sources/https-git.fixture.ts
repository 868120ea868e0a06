import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '@claude-codex/testing/certificate';

export interface HttpsGit {
  url(repository: string): string;
  readonly visits: string[];
  stop(): void;
}

/** What a web server says to everybody who asks. */
const PAGES: Readonly<Record<string, string>> = {
  page: '<!doctype html>\n<title>Our team</title>\n<p>Welcome\n',
  line: '<!doctype html><title>Our team</title>',
  nothing: '',
};

/** A git server over smart HTTP for the repositories in a directory; `/away/…` leads to `elsewhere`, `/page`, `/line` and `/nothing` are no repositories. */
export async function serveGit(root: string, { key, cert }: Certificate, elsewhere = ''): Promise<HttpsGit> {
  const visits: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    visits.push(request.url ?? '');
    if (request.url?.startsWith('/away/')) {
      response.writeHead(302, { location: elsewhere + request.url.slice('/away'.length) }).end();
      return;
    }
    const page = PAGES[request.url?.split('/')[1] ?? ''];
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      return;
    }
    void backend(root, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: (repository) => `https://localhost:${port}/${repository}`, visits, stop: () => server.close() };
}

/** As a web server runs `git http-backend`, which is a CGI program. */
async function backend(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
  const child = spawn('git', ['-c', 'http.receivepack=true', 'http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
      REMOTE_USER: 'ada',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  const answer = Buffer.concat(chunks);
  const end = answer.indexOf('\r\n\r\n');
  const headers = answer
    .subarray(0, end)
    .toString()
    .split('\r\n')
    .map((line) => line.split(': '));
  const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
  response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
  response.end(answer.subarray(end + 4));
}
