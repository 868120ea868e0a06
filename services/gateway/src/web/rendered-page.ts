import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { OperatorError } from '@claude-codex/service-kit/operator-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { encodingFor } from '../reads/answer.ts';
import { stylesInside } from './inline-styles.ts';

/** What the web's code may ask of the gateway while it renders a page (`App.Platform` in web/src/app.d.ts). */
interface Platform {
  readonly api: (request: Request) => Promise<Response>;
  readonly report: (error: unknown) => void;
}
/** SvelteKit's server, as the web's build writes it (web/gateway-adapter.ts). */
interface Renderer {
  init(options: { env: Record<string, string> }): Promise<void>;
  respond(request: Request, options: { getClientAddress(): string; platform: Platform }): Promise<Response>;
}

/** Pages know their place by their path alone, so that no `Host` header somebody made up is ever part of one. */
const ORIGIN = 'http://gateway.invalid';
/** Level 4 is near gzip's cost; a window of 256 KB holds a page, and is a sixteenth of the usual memory. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } };
const pack = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** Renders the page at an address and sends it. */
export type SendPage = (request: FastifyRequest, reply: FastifyReply, link: readonly string[]) => Promise<FastifyReply>;

/**
 * Pages are rendered by the web's own code, in this process. What one reads, it asks of the very routes the browser
 * would ask, under the cookie of whoever asked for the page, and the answers go along with it.
 * @throws when `dir` is not a build of the web.
 */
export async function pageRenderer(app: HttpServer, dir: string): Promise<SendPage> {
  const server = await rendererIn(dir);
  const putStylesInside = stylesInside(join(dir, 'client'));
  return async (request, reply, link) => {
    const renewed = new Set<string>();
    const page = await server.respond(new Request(ORIGIN + request.url), {
      getClientAddress: () => request.ip,
      platform: {
        api: (asked) => answerTo(app, request, new URL(asked.url), renewed),
        report: (error) => request.log.warn({ err: error }, 'a page could not be rendered'),
      },
    });
    const encoding = encodingFor(request.headers['accept-encoding']);
    const html = Buffer.from(await putStylesInside(await page.text()));
    for (const name of ['content-security-policy', 'location']) {
      const value = page.headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    // It holds what this person may see now: kept nowhere, made anew each time.
    reply.headers({ 'cache-control': 'private, no-store', vary: 'accept-encoding, cookie' });
    reply.headers({ 'content-type': 'text/html; charset=utf-8' });
    if (link.length > 0 && page.ok) reply.header('link', link.join(', '));
    if (renewed.size > 0) reply.header('set-cookie', [...renewed]);
    reply.code(page.status);
    if (encoding === null || html.length < 1_000) return reply.send(html);
    reply.header('content-encoding', encoding);
    return reply.send(await (encoding === 'br' ? pack.br(html, BROTLI) : pack.gzip(html)));
  };
}

async function rendererIn(dir: string): Promise<Renderer> {
  const path = join(dir, 'server', 'render.js');
  if (!existsSync(path)) throw new OperatorError(`CODEX_WEB_DIR is not a build of the web: there is no ${path}`);
  const { server } = (await import(pathToFileURL(path).href)) as { server: Renderer };
  await server.init({ env: {} });
  return server;
}

/** One of our own answers. A session is prolonged by whichever read comes first: its cookies go into `renewed`. */
async function answerTo(
  app: HttpServer,
  { id, headers: { cookie } }: FastifyRequest,
  { pathname, search }: URL,
  renewed: Set<string>,
): Promise<Response> {
  const headers = { 'x-request-id': id, ...(cookie === undefined ? {} : { cookie }) };
  const answer = await app.inject({ url: pathname + search, headers });
  for (const entry of [answer.headers['set-cookie'] ?? []].flat()) renewed.add(entry);
  const type = String(answer.headers['content-type'] ?? 'application/json');
  return new Response(new Uint8Array(answer.rawPayload), {
    status: answer.statusCode,
    headers: { 'content-type': type },
  });
}
