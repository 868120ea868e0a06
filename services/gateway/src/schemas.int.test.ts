import { routesOf } from '@claude-codex/service-kit/http/routes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, setUp } from './api-client.fixture.ts';
import { startTestGateway, type TestGateway } from './gateway.fixture.ts';
import { type Furnished, furnish } from './workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let ids: string[];
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  const { workspace } = (await owner.call('GET', '/api/session')).body as { workspace: { id: string } };
  ids = Object.values((await furnish(gateway, workspace.id)) satisfies Furnished).filter(
    (id) => typeof id === 'string',
  );
});
afterAll(() => gateway.stop());

/** Streams do not end, webhooks and pages are not JSON, and set-up, login and logout would lock the test out. */
const LEFT_OUT = /stream$|terminal$|^\/webhooks|^\/\*|^\/(healthz|readyz|metrics)|setup|login|logout|accept$|sessions/;

/** No manager runs here that could look at a repository, and no event store that keeps process managers. */
const NEEDS_OTHERS = /^\/api\/(repositories$|process-managers\/)/;

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e309',
    'null',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    '{{7*7}}',
    '<script>',
    '\u202e',
  ),
);
const anything = fc.jsonValue({ depthSize: 'small' });

/** Mostly what the schema asks for, sometimes something else in a place of it. */
function arbitraryOf(schema: Record<string, unknown>): fc.Arbitrary<unknown> {
  const wanted = fitting(schema);
  return fc.oneof(
    { arbitrary: wanted, weight: 6 },
    { arbitrary: anything, weight: 1 },
    { arbitrary: nasty, weight: 1 },
  );
}

function fitting(schema: Record<string, unknown>): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return fc.oneof(...options.map((option) => arbitraryOf(option)));
  switch (schema.type) {
    case 'object': {
      const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
      const required = (schema.required ?? []) as string[];
      const shape = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, arbitraryOf(value)]));
      return fc.record(shape, { requiredKeys: required.filter((key) => key in shape) });
    }
    case 'array':
      return fc.array(arbitraryOf((schema.items ?? {}) as Record<string, unknown>), { maxLength: 4 });
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.constantFrom(...ids),
        nasty,
      );
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, -1, 2 ** 53 + 1, Number.MAX_VALUE));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return anything;
  }
}

function jsonSchemaOf(schema: unknown): Record<string, unknown> {
  return schema instanceof z.ZodType
    ? (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>)
    : {};
}

interface Call {
  method: string;
  path: string;
  body: unknown;
}

function callsOf(route: { method: string; url: string; schema: Record<string, unknown> }): fc.Arbitrary<Call> {
  const segments = fc.tuple(
    ...route.url
      .split('/')
      .map((part) => (part.startsWith(':') ? fc.oneof(fc.constantFrom(...ids), nasty) : fc.constant(part))),
  );
  const query =
    route.schema.querystring === undefined ? fc.constant({}) : arbitraryOf(jsonSchemaOf(route.schema.querystring));
  const body = route.schema.body === undefined ? fc.constant(undefined) : arbitraryOf(jsonSchemaOf(route.schema.body));
  return fc.tuple(segments, query, body).map(([parts, params, content]) => ({
    method: route.method,
    path: parts.map((part) => encodeURIComponent(wellFormed(part))).join('/') + searchOf(params),
    body: content,
  }));
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** An object may have a member of its own named `toString`. */
function asText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function searchOf(params: unknown): string {
  if (params === null || typeof params !== 'object') return '';
  const entries = Object.entries(params).filter(([key]) => key !== 'min_position');
  return entries.length === 0
    ? ''
    : `?${new URLSearchParams(entries.map(([key, value]): [string, string] => [wellFormed(key), wellFormed(asText(value))]))}`;
}

describe('whatever is sent', () => {
  it('is answered with JSON or a problem, never with a failure of ours', async () => {
    const routes = routesOf(gateway.app.http)
      .filter(({ method, url }) => method !== 'HEAD' && !LEFT_OUT.test(url))
      .map((route) => ({ ...route, schema: route.schema as Record<string, unknown> }));
    expect(routes.length).toBeGreaterThan(45);
    const calls = fc.constantFrom(...routes).chain(callsOf);
    await fc.assert(
      fc.asyncProperty(calls, async ({ method, path, body }) => {
        const headers = { cookie: owner.cookie ?? '', origin: gateway.address };
        const response = await fetch(gateway.address + path, {
          method,
          headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status >= 500 && !(response.status === 503 && NEEDS_OTHERS.test(path))) {
          throw new Error(`${method} ${path} ${JSON.stringify(body)} answered ${response.status} ${text}`);
        }
        if (response.status >= 400) {
          expect(response.headers.get('content-type')).toContain('application/problem+json');
          expect(JSON.parse(text)).toMatchObject({ status: response.status, code: expect.any(String) });
        }
      }),
      { numRuns: Number(process.env.CODEX_FUZZ_RUNS ?? 1_500), endOnFailure: true },
    );
  });
});

it('the API description names every route and its errors', async () => {
  const { body } = await owner.call('GET', '/api/openapi.json');
  const document = body as { openapi: string; paths: Record<string, Record<string, { responses: object }>> };
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths['/api/tasks']?.post?.responses).toHaveProperty('201');
  expect(document.paths['/api/tasks']?.post?.responses).toHaveProperty('default');
  expect(Object.keys(document.paths).length).toBeGreaterThan(45);
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) expect(operation).toHaveProperty('operationId');
  }
});
