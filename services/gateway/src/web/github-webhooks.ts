import { holdAtMost } from '@claude-codex/service-kit/http/held-bodies';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';

/** GitHub's own limit. */
const MAX_BYTES = 25 * 1024 * 1024;
const TIMEOUT_MS = 9_000;
/** Anybody can send here, and whether it is GitHub shows only in the whole body. GitHub gives up after 10 s. */
const TOGETHER = { maxBytes: 2 * MAX_BYTES, withinMs: 10_000 };
const PASSED_ON = /^(content-type|user-agent|x-github-.*|x-hub-.*)$/;

/**
 * Hands webhooks to the github-sync service byte for byte (the signature is over the bytes). It alone knows the secret,
 * so nothing is judged here.
 * @param onRefused hears the code of each problem that one is answered with
 */
export async function addGithubWebhooks(
  app: HttpServer,
  target: URL | null,
  onRefused: (code: string) => void,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
    // Before the body is read: 25 MB for nobody.
    const onRequest = async () => {
      if (target === null) throw notSetUp();
    };
    scope.addHook('onError', async (_request, _reply, error) => onRefused(codeOf(error)));
    scope.post(
      '/webhooks/github',
      { bodyLimit: MAX_BYTES, schema: { hide: true }, onRequest, preParsing: holdAtMost(TOGETHER) },
      async (request, reply) => {
        if (target === null) throw notSetUp();
        const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
          PASSED_ON.test(name) && typeof value === 'string' ? [[name, value]] : [],
        );
        const answer = await send(new URL('/webhooks/github', target), new Headers(headers), request.body);
        const type = answer.headers.get('content-type') ?? 'application/octet-stream';
        const said = Buffer.from(await answer.arrayBuffer());
        if (answer.status >= 400) onRefused(codeIn(said));
        return reply.code(answer.status).type(type).send(said);
      },
    );
  });
}

function notSetUp(): Problem {
  return new Problem('NOT_FOUND', { detail: 'Webhooks are not set up on this server.' });
}

async function send(url: URL, headers: Headers, body: unknown): Promise<Response> {
  try {
    const bytes = Buffer.isBuffer(body) ? new Uint8Array(body) : null;
    return await fetch(url, {
      method: 'POST',
      headers,
      body: bytes,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new Problem('NOT_READY', { detail: 'The GitHub service does not answer. GitHub will try again.', cause });
  }
}

/** Fastify's own codes are of what it refuses before a route is reached. */
function codeOf(error: Error): string {
  if (error instanceof Problem) return error.code;
  return 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? 'BODY_TOO_LARGE' : '';
}

function codeIn(problem: Buffer): string {
  try {
    return String(JSON.parse(problem.toString('utf8')).code);
  } catch {
    // Not from the service itself: what it was refused for nobody says.
    return '';
  }
}
