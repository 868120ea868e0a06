import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../world.ts';
import { acceptManifest, install } from './app-pages.ts';
import { type Page, page } from './html.ts';
import { act, repositoryList, repositoryPage, showIssue } from './repository-pages.ts';

const MOST_BYTES = 1_000_000;

/** The pages that addresses in answers lead to, for a person who tries the product out. */
export async function serveSite(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', world.at.web);
  const sent = request.method === 'POST' ? await formOf(request) : null;
  const asked = request.headers['sec-fetch-site'];
  // A manifest comes from the product's page. What is done with a button comes from a page of ours, never from others'.
  const isForeign = sent?.has('do') === true && asked !== undefined && asked !== 'same-origin';
  const { status, html = '', location } = isForeign ? page('Not from here', '', 403) : await pageOf(world, url, sent);
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    ...(location === undefined ? {} : { location }),
  });
  response.end(html);
}

async function pageOf(world: World, url: URL, sent: URLSearchParams | null): Promise<Page> {
  const [first = '', second = '', third = '', fourth = ''] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const nothing = page('Not found', '', 404);
  if (first === '') return repositoryList(world);
  if (first === 'settings' && sent !== null) return acceptManifest(world, 'octo', url, sent);
  if (first === 'organizations' && sent !== null) return acceptManifest(world, second, url, sent);
  if (first === 'apps') {
    const app = [...world.apps.values()].find(({ slug }) => slug === second);
    return app === undefined ? nothing : install(world, app, url, sent);
  }
  const repository = world.repositories.get(`${first}/${second}`.toLowerCase());
  if (repository === undefined) return nothing;
  if (third === '') return repositoryPage(world, repository);
  const issue = third === 'issues' || third === 'pull' ? repository.issues.get(Number(fourth)) : undefined;
  if (issue === undefined) return nothing;
  return sent === null ? showIssue(world, repository, issue) : act(world, repository, issue, sent);
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error('the form is too large');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
