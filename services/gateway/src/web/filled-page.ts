import { PassThrough, type Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Encoding, encodingFor } from '../reads/answer.ts';
import { type Ask, answersFor, hasFirstReads, sessionFor } from './first-reads.ts';

/** Level 4 is near gzip's cost; a window of 256 KB holds a page, and is a sixteenth of the usual memory. */
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 };

/** The one page, cut where its answers belong: after everything that starts it. */
export interface PageHalves {
  readonly before: string;
  readonly after: string;
}

export function halvesOf(html: string): PageHalves {
  const at = html.lastIndexOf('</body>');
  return at === -1 ? { before: html, after: '' } : { before: html.slice(0, at), after: html.slice(at) };
}

/**
 * Sends the page to somebody signed in with the answers it begins with, read by the very routes the page would ask, under
 * the same cookie. Its first half leaves before they are read, so that code and data come side by side. False, and
 * nothing is sent, for everybody else and for an address that begins with nothing.
 */
export async function sendFilledPage(
  app: HttpServer,
  request: FastifyRequest,
  reply: FastifyReply,
  { path, page, headers }: { path: string; page: PageHalves; headers: Readonly<Record<string, string>> },
): Promise<boolean> {
  const { cookie } = request.headers;
  if (request.method !== 'GET' || cookie === undefined || !hasFirstReads(path)) return false;
  const renewed: string[] = [];
  const ask: Ask = async (url) => {
    const answer = await app.inject({ url, headers: { cookie, 'x-request-id': request.id } });
    // A session is prolonged by whichever read comes first, which is the one before the headers leave.
    renewed.push(...[answer.headers['set-cookie'] ?? []].flat());
    return answer.statusCode === 200 ? answer.body : null;
  };
  const session = await sessionFor(ask);
  if (session === null) return false;

  const encoding = encodingFor(request.headers['accept-encoding']);
  reply.headers({ ...headers, 'content-type': 'text/html; charset=utf-8', vary: 'accept-encoding, cookie' });
  // It holds what this person may see now: kept nowhere, read anew each time.
  reply.header('cache-control', 'private, no-store');
  if (encoding !== null) reply.header('content-encoding', encoding);
  if (renewed.length > 0) reply.header('set-cookie', [...new Set(renewed)]);
  const { body, flush } = packed(encoding);
  body.write(page.before);
  flush();
  reply.send(body);
  try {
    body.write(scriptOf(await answersFor(path, session, ask)));
  } catch (error) {
    // The page asks for itself what it does not find.
    request.log.warn({ err: error }, 'a page left without its first answers');
  }
  body.end(page.after);
  return true;
}

/** A block of data, which no policy lets run. `<` is written so that nothing in it can end the block. */
function scriptOf(answers: ReadonlyMap<string, string>): string {
  const entries = [...answers].map(([read, answer]) => `${JSON.stringify(read)}:${answer}`);
  return `<script type="application/json" id="first-reads">{${entries.join(',').replaceAll('<', '\\u003c')}}</script>`;
}

/** What is written to `body` leaves compressed; what was written before `flush` leaves at once. */
function packed(encoding: Encoding | null): { readonly body: Transform; readonly flush: () => void } {
  if (encoding === null) return { body: new PassThrough(), flush: () => undefined };
  const body = encoding === 'br' ? createBrotliCompress({ params: BROTLI }) : createGzip({ level: 5 });
  return { body, flush: () => body.flush() };
}
