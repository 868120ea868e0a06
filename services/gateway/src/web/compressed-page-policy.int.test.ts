import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import { createLogger } from '@claude-codex/service-kit/log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSecurityHeaders } from './security-headers.ts';
import { addWeb } from './static.ts';

const PAGE = '<!doctype html><title>t</title><script>start()</script>';
let dir: string;
const app = createHttpServer({ log: createLogger({ service: 'test', level: 'fatal' }) });
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claude-codex-web-'));
  await writeFile(join(dir, 'index.html'), PAGE);
  await writeFile(join(dir, 'index.html.br'), brotliCompressSync(PAGE));
  await writeFile(join(dir, 'index.html.gz'), gzipSync(PAGE));
  addSecurityHeaders(app, new URL('http://127.0.0.1'));
  await addWeb(app, dir);
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true, force: true });
});

it.each(['br', 'gzip', 'identity'])('a page may run its own scripts, sent as %s', async (encoding) => {
  const answer = await app.inject({ url: '/tasks/some', headers: { 'accept-encoding': encoding } });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding);
  const policy = String(answer.headers['content-security-policy']);
  expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' 'sha256-`);
  expect(policy).toContain(`default-src 'none'`);
});
