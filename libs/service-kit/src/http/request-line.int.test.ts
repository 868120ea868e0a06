import { afterEach, expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import type { HttpServer } from './server.ts';
import { createHttpServer } from './server.ts';

let app: HttpServer | undefined;
afterEach(() => app?.close());

it('each request leaves one line that says what was asked by the name of its route, and nothing of its secrets', async () => {
  const written: string[] = [];
  const log = createLogger({ service: 'test', destination: { write: (line) => void written.push(line) } });
  app = createHttpServer({ log });
  app.get('/things/:id', async (request) => {
    request.log.warn({ token: 'canary-1', headers: { authorization: 'canary-2' } }, 'looked at');
    return {};
  });
  const { headers } = await app.inject({
    url: '/things/canary-3?token=canary-4',
    headers: { authorization: 'Bearer canary-5', cookie: 'session=canary-6' },
  });
  await app.inject('/healthz');

  const lines = written.map((line) => JSON.parse(line) as Record<string, unknown>);
  const { time: _, ...line } = lines.find(({ msg }) => msg === 'request') ?? {};
  expect(line).toEqual({
    level: 'info',
    service: 'test',
    requestId: headers['x-request-id'],
    method: 'GET',
    route: '/things/:id',
    status: 200,
    durationMs: expect.any(Number),
    msg: 'request',
  });
  expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(1);
  expect(written.join('')).not.toContain('canary');
});
