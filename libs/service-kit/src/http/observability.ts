import type { Registry } from 'prom-client';
import { Histogram } from 'prom-client';
import type { HttpServer } from './http-server.ts';

/** Resolves when the part can serve; throws otherwise. The message is shown to operators, so no secrets in it. */
export type ReadinessCheck = () => Promise<void> | void;

/** Probes and scrapes come every few seconds; their log lines would bury the others. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);
const hidden = { schema: { hide: true } };

/** /healthz (the process lives), /readyz (its parts can serve), /metrics, and one log line per request. */
export function addObservability(
  app: HttpServer,
  { ready, metrics }: { ready: Record<string, ReadinessCheck>; metrics: Registry },
): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [metrics],
  });

  // A line of these five fields holds nothing secret, and to look for it in each takes a fifth of a small request's time.
  const lines = app.log.child({}, { redact: [] });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    const line = { requestId: request.id, method: request.method, route, status: reply.statusCode, durationMs };
    lines[QUIET.has(route) ? 'trace' : 'info'](line, 'request');
  });

  app.get('/healthz', hidden, async () => ({ status: 'ok' }));

  app.get('/readyz', hidden, async (_request, reply) => {
    const names = Object.keys(ready);
    const results = await Promise.allSettled(names.map(async (name) => ready[name]?.()));
    const checks = Object.fromEntries(
      results.map((result, index) => [names[index], result.status === 'fulfilled' ? 'ok' : messageOf(result.reason)]),
    );
    const allReady = results.every((result) => result.status === 'fulfilled');
    return reply.code(allReady ? 200 : 503).send({ status: allReady ? 'ready' : 'not ready', checks });
  });

  app.get('/metrics', hidden, async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
