import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '@claude-codex/testing/certificate';
import { serveGitRequest } from '@claude-codex/testing/git-http-backend';

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
    const { pathname, search } = new URL(request.url ?? '/', 'https://localhost');
    void serveGitRequest(request, response, {
      root,
      path: pathname,
      query: search.slice(1),
      user: 'ada',
      mayPush: true,
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: (repository) => `https://localhost:${port}/${repository}`, visits, stop: () => server.close() };
}
