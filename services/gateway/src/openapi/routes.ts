import { openApiOf } from '@claude-codex/service-kit/http/openapi';
import type { HttpServer } from '@claude-codex/service-kit/http/server';

/** `GET /api/openapi.json`, made from the very schemas that check requests; written once, at the first question. */
export function addOpenApiRoute(app: HttpServer, version: string): void {
  let text: string | null = null;
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(
      openApiOf(app, {
        title: 'Claude Codex',
        version,
        description:
          'Log in with POST /api/login, or send an API token as "Authorization: Bearer cdx_…". Every command answers ' +
          'with a position; a read with ?min_position= waits until it shows it. Errors are application/problem+json.',
      }),
    );
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
