import { join, resolve } from 'node:path';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import fastifyStatic from '@fastify/static';
import { readPageLinks } from './page-files.ts';
import { pageRenderer } from './rendered-page.ts';

/** Files whose name holds a hash of their content never change. */
const IMMUTABLE = '/_app/immutable/';
const YEAR_SECONDS = 31_536_000;
/** Addresses of programs: a page is never the answer. */
const NOT_PAGES = /^\/(api|webhooks|mcp|healthz|readyz|metrics)(\/|$)/;

/**
 * The web, built: files as they are (compressed ahead of time), and a page for every other address that a browser asks
 * for. Without `dir` every address is unknown.
 */
export async function addWeb(app: HttpServer, dir: string | null): Promise<void> {
  if (dir === null) {
    app.get('/*', { schema: { hide: true } }, (_request, reply) => reply.callNotFound());
    return;
  }
  const root = join(resolve(dir), 'client');
  const pageLinks = await readPageLinks(root);
  const sendPage = await pageRenderer(app, resolve(dir));
  await app.register(fastifyStatic, {
    root,
    serve: false, // one route for all, below: each address has its policy
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => reply.header('cache-control', cachingOf(path)),
  });
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = pathOf(request.url);
    if (path === null || NOT_PAGES.test(path)) return reply.callNotFound();
    const isFile = /\.[a-z0-9]+$/i.test(path);
    return isFile ? reply.sendFile(path) : sendPage(request, reply, pageLinks(path));
  });
}

function pathOf(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '/');
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function cachingOf(path: string): string {
  return path.includes(IMMUTABLE) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
}
