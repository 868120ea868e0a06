// node git-over-https.ts <address> <key file> <certificate file> <root of the repositories>: git's own smart HTTP, on 443.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { serveGitRequest } from '@claude-codex/testing/git-http-backend';

const [address, key = '', cert = '', root = ''] = process.argv.slice(2);

createServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer).listen(443, address, () =>
  process.stdout.write('listening\n'),
);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'https://host');
  const path = decodeURIComponent(pathname);
  void serveGitRequest(request, response, { root, path, query: search.slice(1), user: 'team', mayPush: true });
}
