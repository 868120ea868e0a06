import { openApiOf } from '@claude-codex/service-kit/http/openapi';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import { createLogger } from '@claude-codex/service-kit/log';
import { z } from 'zod';
import { type Comparison, peer, type Ran } from '../comparison.ts';

const ROUTES = 150;
const REQUESTS = 3_000;
const INFO = { title: 'Measured', version: '1' };

interface Injected {
  statusCode: number;
  json(): { code?: string; detail?: string; message?: string };
}
interface Fastify {
  register(plugin: unknown, options: unknown): Promise<void>;
  setValidatorCompiler(compiler: unknown): void;
  setSerializerCompiler(compiler: unknown): void;
  post(path: string, options: unknown, handler: (request: { body: unknown }) => Promise<unknown>): void;
  ready(): Promise<void>;
  swagger(): { paths?: object };
  inject(request: unknown): Promise<Injected>;
}

/** A server of 150 routes with zod schemas: its requests, its answers, its document and what it says of an unknown field. */
export const routes: Comparison = {
  title:
    '3,000 requests and the OpenAPI document of 150 routes: `fastify-type-provider-zod` with `@fastify/swagger` · our provider',
  ours: async () => {
    const app = createHttpServer({ log: createLogger({ service: 'bench', level: 'silent' }) });
    for (let index = 0; index < ROUTES; index += 1) {
      app.post(`/things/${index}`, { schema: schemaOf(index) }, async ({ body }) => body);
    }
    await app.ready();
    return measured(
      (request) => app.inject(request as object) as Promise<Injected>,
      () => openApiOf(app, INFO),
    );
  },
  library: async () => {
    const create = peer('fastify') as () => Fastify;
    const zod = peer('fastify-type-provider-zod') as Record<string, unknown>;
    const app = create();
    app.setValidatorCompiler(zod.validatorCompiler);
    app.setSerializerCompiler(zod.serializerCompiler);
    await app.register(peer('@fastify/swagger'), {
      openapi: { openapi: '3.1.0', info: INFO },
      transform: zod.jsonSchemaTransform,
    });
    for (let index = 0; index < ROUTES; index += 1) {
      app.post(`/things/${index}`, { schema: schemaOf(index) }, async ({ body }) => body);
    }
    await app.ready();
    return measured(
      (request) => app.inject(request),
      () => app.swagger(),
    );
  },
};

function schemaOf(index: number) {
  const body = z.object({
    title: z.string().min(1).max(200),
    count: z.number().int().min(index),
    tags: z.array(z.string().max(40)).max(20),
    phase: z.object({ name: z.enum(['plan', 'design', 'develop']), gate: z.boolean() }),
  });
  return { body, response: { 200: body } };
}

async function measured(inject: (request: unknown) => Promise<Injected>, document: () => object): Promise<Ran> {
  const payload = { title: 'A task', count: 500, tags: ['one', 'two'], phase: { name: 'plan', gate: true } };
  const send = (index: number, more: object = {}) =>
    inject({ method: 'POST', url: `/things/${index % ROUTES}`, payload: { ...payload, ...more } });
  for (let index = 0; index < ROUTES; index += 1) await send(index);
  const began = performance.now();
  for (let index = 0; index < REQUESTS; index += 1) await send(index);
  const documentBytes = JSON.stringify(document()).length;
  const ms = performance.now() - began;
  const unknown = await send(0, { surprise: 1 });
  const said =
    unknown.statusCode === 200 ? 'an unknown field is dropped in silence' : 'an unknown field is refused by name';
  return { ms, result: `document of ${Math.round(documentBytes / 1024)} KB; ${said}` };
}
