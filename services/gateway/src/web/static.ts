import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import fastifyStatic from '@fastify/static';
import { contentPolicy } from './content-policy.ts';
import { halvesOf, sendFilledPage } from './filled-page.ts';
import { withStylesInside } from './inline-styles.ts';
import { readPageLinks } from './page-files.ts';

/** Files whose name holds a hash of their content never change. */
const IMMUTABLE = '/_app/immutable/';
const YEAR_SECONDS = 31_536_000;
/** Addresses of programs: a page is never the answer. */
const NOT_PAGES = /^\/(api|webhooks|mcp|healthz|readyz|metrics)(\/|$)/;

const SESSION = '</api/session>; rel=preload; as=fetch; crossorigin=anonymous';

/**
 * The built pages: files as they are (compressed ahead of time), and the one page for every other address that a
 * browser asks for. Without `dir` every address is unknown.
 */
export async function addWeb(app: HttpServer, dir: string | null): Promise<void> {
  if (dir === null) {
    app.get('/*', { schema: { hide: true } }, (_request, reply) => reply.callNotFound());
    return;
  }
  const root = resolve(dir);
  const pageLinks = await readPageLinks(root);
  const html = await readFile(join(root, 'index.html'), 'utf8');
  const policy = contentPolicy(html);
  await app.register(fastifyStatic, {
    root,
    serve: false, // one route for all, below: each address has its policy
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('cache-control', cachingOf(path));
      // The path is the file's that is sent, which is the compressed one wherever the browser takes it.
      if (/\.html(\.br|\.gz)?$/.test(path)) reply.header('content-security-policy', policy);
    },
  });
  const filled = await withStylesInside(html, root);
  const page = halvesOf(filled.html);
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = pathOf(request.url);
    if (path === null || NOT_PAGES.test(path)) return reply.callNotFound();
    const isFile = /\.[a-z0-9]+$/i.test(path);
    if (isFile) return reply.sendFile(path);
    const links = pageLinks(path);
    const missing = links.filter((link) => !filled.inside.some((file) => link.startsWith(`<${file}>`)));
    const link: Record<string, string> = missing.length > 0 ? { link: missing.join(', ') } : {};
    const headers = { ...link, 'content-security-policy': policy };
    if (await sendFilledPage(app, request, reply, { path, page, headers })) return reply;
    // Nothing is known of the visitor yet, which is what the page asks first.
    return reply.header('link', [...links, SESSION].join(', ')).sendFile('/index.html');
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
