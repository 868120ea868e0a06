import type { HttpServer } from '@claude-codex/service-kit/http/server';

/** Headers of every answer. Pages add their own policy; anything else must never be run or framed. */
export function addSecurityHeaders(app: HttpServer, publicUrl: URL): void {
  const https = publicUrl.protocol === 'https:';
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      ...(https ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    });
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}
