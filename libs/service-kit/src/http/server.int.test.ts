import { connect } from 'node:net';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiOf } from './openapi.ts';
import { DomainErrorLike, silentLog } from './server.fixture.ts';
import type { HttpServer } from './server.ts';
import { createHttpServer } from './server.ts';

let app: HttpServer;
let address: string;
let readyError: Error | null = null;

const Thing = z.object({ id: z.string(), size: z.number() }).meta({ id: 'Thing' });

beforeAll(async () => {
  app = createHttpServer({
    log: silentLog(),
    ready: {
      store: () => {
        if (readyError) throw readyError;
      },
    },
  });
  app.post(
    '/things',
    {
      schema: {
        summary: 'Makes a thing',
        body: z.object({
          name: z.string().min(1),
          tags: z.array(z.object({ label: z.string() })).default([]),
          shape: z.discriminatedUnion('kind', [z.object({ kind: z.literal('round'), radius: z.number() })]).optional(),
        }),
        response: { 201: Thing },
      },
    },
    async (request, reply) => {
      const answer = { id: request.body.name, size: request.body.tags.length, secret: 'not in the schema' };
      return reply.code(201).send(answer);
    },
  );
  app.get(
    '/things/:id',
    {
      schema: {
        params: z.object({ id: z.string().max(5) }),
        querystring: z.object({ limit: z.coerce.number().max(9).default(5) }),
      },
    },
    async (request) => ({ id: request.params.id, limit: request.query.limit }),
  );
  app.get('/broken', async () => {
    throw new Error('SELECT secret FROM users');
  });
  app.get('/domain', async () => {
    throw new DomainErrorLike('TASK_ENDED');
  });
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(() => app.close());

function post(body: string, type = 'application/json'): Promise<Response> {
  return fetch(`${address}/things`, { method: 'POST', body, headers: { 'content-type': type } });
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const body = z.record(z.string(), z.unknown()).parse(await response.json());
  expect(Object.keys(body).sort()).toEqual(['code', 'detail', 'errors', 'requestId', 'status', 'title', 'type']);
  expect(body.status).toBe(response.status);
  expect(body.requestId).toBe(response.headers.get('x-request-id'));
  return body;
}

describe('what comes in', () => {
  it('gives handlers parsed input and sends only what the schema names', async () => {
    const response = await post('{"name":"a","tags":[{"label":"x"}]}');
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 'a', size: 1 });
  });

  it.each([
    ['malformed JSON', '{"name":', 400, 'MALFORMED_JSON'],
    ['an empty body', '', 400, 'INVALID_FIELD'],
    ['a wrong type', '{"name":1}', 400, 'INVALID_FIELD'],
    ['an unknown field', '{"name":"a","x":1}', 400, 'UNKNOWN_FIELD'],
    ['a nested unknown field', '{"name":"a","tags":[{"label":"x","y":1}]}', 400, 'UNKNOWN_FIELD'],
    ['an unknown field in a union', '{"name":"a","shape":{"kind":"round","radius":1,"z":1}}', 400, 'UNKNOWN_FIELD'],
    ['__proto__', '{"name":"a","__proto__":{"x":1}}', 400, 'UNKNOWN_FIELD'],
    ['a duplicate key', '{"name":"a","name":"b"}', 400, 'DUPLICATE_FIELD'],
    ['a NUL character', '{"name":"a\\u0000"}', 400, 'INVALID_TEXT'],
    ['half a surrogate pair', '{"name":"\\ud800"}', 400, 'INVALID_TEXT'],
    ['depth 1000', `${'['.repeat(1000)}${']'.repeat(1000)}`, 400, 'TOO_DEEP'],
    ['a number too large for JSON', '{"name":1e999}', 400, 'INVALID_FIELD'],
    ['2 MB', JSON.stringify({ name: 'a'.repeat(2_000_000) }), 413, 'BODY_TOO_LARGE'],
  ])('refuses %s', async (_what, body, status, code) => {
    const problem = await problemOf(await post(body));
    expect([problem.status, problem.code]).toEqual([status, code]);
  });

  it('answers one that sends too much, hears it out, and takes its next request on the same connection', async () => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    const answers = (count: number) => () => received.split('HTTP/1.1 ').length > count || null;
    const head = 'host: x\r\ncontent-type: application/json';
    socket.write(`POST /things HTTP/1.1\r\n${head}\r\ncontent-length: 2000000\r\n\r\n`);
    await waitFor('the refusal', answers(1));
    for (let sent = 0; sent < 2_000_000; sent += 100_000) {
      await new Promise((resolve) => socket.write('a'.repeat(100_000), resolve));
    }
    socket.write(`POST /things HTTP/1.1\r\n${head}\r\ncontent-length: 12\r\n\r\n{"name":"a"}`);
    await waitFor('the next answer', answers(2));
    socket.destroy();
    expect(received.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 201']);
  });

  it('names the field and what is expected', async () => {
    const problem = await problemOf(await post('{"tags":[{"label":3}]}'));
    expect(problem.errors).toEqual([
      { field: 'body.name', code: 'INVALID_FIELD', expected: expect.stringContaining('expected string') },
      { field: 'body.tags.0.label', code: 'INVALID_FIELD', expected: expect.stringContaining('expected string') },
    ]);
  });

  it('refuses other media types, methods, addresses, parameters', async () => {
    expect((await problemOf(await post('a=1', 'application/x-www-form-urlencoded'))).code).toBe(
      'UNSUPPORTED_MEDIA_TYPE',
    );
    const put = await fetch(`${address}/things`, { method: 'PUT' });
    expect(put.headers.get('allow')).toBe('POST');
    expect((await problemOf(put)).code).toBe('METHOD_NOT_ALLOWED');
    expect((await problemOf(await fetch(`${address}/nothing`))).code).toBe('NOT_FOUND');
    expect((await problemOf(await fetch(`${address}/things/a%00b`))).code).toBe('INVALID_TEXT');
    expect((await problemOf(await fetch(`${address}/things/%ff`))).code).toBe('MALFORMED_REQUEST');
    expect((await problemOf(await fetch(`${address}/things/toolong`))).code).toBe('INVALID_FIELD');
    expect((await problemOf(await fetch(`${address}/things/a?limit=1000`))).code).toBe('INVALID_FIELD');
    expect((await problemOf(await fetch(`${address}/things/a?x=1`))).code).toBe('UNKNOWN_FIELD');
  });

  it('answers headers that are too large, and bytes that are not HTTP, in the same shape', async () => {
    expect((await problemOf(await fetch(address, { headers: { 'x-big': 'a'.repeat(20_000) } }))).status).toBe(431);
    expect(await raw('not http at all\r\n\r\n')).toContain('MALFORMED_REQUEST');
  });
});

describe('what goes wrong inside', () => {
  it('hides the text of a 5xx', async () => {
    const problem = await problemOf(await fetch(`${address}/broken`));
    expect(problem.code).toBe('INTERNAL');
    expect(JSON.stringify(problem)).not.toContain('SELECT');
  });

  it('gives a domain error the status of its code', async () => {
    expect(await problemOf(await fetch(`${address}/domain`))).toMatchObject({ status: 409, code: 'TASK_ENDED' });
  });
});

describe('operation', () => {
  it('keeps a good request id and replaces a bad one', async () => {
    const kept = await fetch(`${address}/healthz`, { headers: { 'x-request-id': 'request-0001' } });
    expect(kept.headers.get('x-request-id')).toBe('request-0001');
    const replaced = await fetch(`${address}/healthz`, { headers: { 'x-request-id': '<script>' } });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says whether its parts can serve', async () => {
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    readyError = new Error('no connection');
    const response = await fetch(`${address}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', checks: { store: 'no connection' } },
    ]);
    readyError = null;
  });

  it('has metrics and an OpenAPI document', async () => {
    expect(await (await fetch(`${address}/metrics`)).text()).toContain('http_request_duration_seconds_count');
    const document = openApiOf(app, { title: 'Things', version: '1' });
    expect(document).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/things': {
          post: {
            summary: 'Makes a thing',
            requestBody: {
              content: { 'application/json': { schema: { additionalProperties: false, required: ['name'] } } },
            },
            responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
          },
        },
        '/things/{id}': {
          get: {
            parameters: [
              { name: 'id', in: 'path', required: true },
              { name: 'limit', in: 'query', required: false },
            ],
          },
        },
      },
      components: { schemas: { Thing: { type: 'object' }, Problem: { type: 'object' } } },
    });
    expect(Object.keys(document.paths as object)).not.toContain('/healthz');
  });
});

function raw(text: string): Promise<string> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}
