import { z } from 'zod';
import { nodeHttp } from './node-http.ts';
import { ProblemBody } from './problem.ts';
import type { RecordedRoute } from './routes.ts';
import { routesOf } from './routes.ts';
import { strictly } from './strictly.ts';

type Json = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document of an app, made from the same schemas that check its requests. Call it after `ready()`.
 * Schemas with `.meta({ id })` become named components.
 */
export function openApiOf(app: object, info: { title: string; version: string; description?: string }): Json {
  const components: Record<string, Json> = {};
  const paths: Record<string, Json> = {};
  for (const route of routesOf(app)) {
    if (route.schema.hide === true || route.method === 'HEAD' || route.method === 'OPTIONS') continue;
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token' },
      },
    },
  };
}

function operationOf({ schema }: RecordedRoute, components: Record<string, Json>): Json {
  const parameters = [
    ...parametersOf(schema.params, 'path', components),
    ...parametersOf(schema.querystring, 'query', components),
  ];
  return {
    ...(schema.operationId === undefined ? {} : { operationId: schema.operationId }),
    ...(schema.summary === undefined ? {} : { summary: schema.summary }),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(schema.tags === undefined ? {} : { tags: schema.tags }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body instanceof z.ZodType
      ? { requestBody: { required: true, content: jsonContent(jsonSchema(schema.body, 'input', components)) } }
      : {}),
    responses: responsesOf(schema.response, components),
  };
}

function parametersOf(schema: unknown, where: 'path' | 'query', components: Record<string, Json>): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !(field instanceof z.ZodType && field.safeParse(undefined).success),
    schema: field instanceof z.ZodType ? jsonSchema(field, 'input', components) : {},
  }));
}

function responsesOf(response: unknown, components: Record<string, Json>): Json {
  const entries = Object.entries((response ?? {}) as Record<string, unknown>).map(([status, schema]) => {
    const description = nodeHttp.STATUS_CODES[status] ?? 'Answer';
    if (!(schema instanceof z.ZodType) || status === '204') return [status, { description }];
    return [status, { description, content: jsonContent(jsonSchema(schema, 'output', components)) }];
  });
  const problem = jsonSchema(ProblemBody, 'output', components);
  const failure = { description: 'An error', content: { 'application/problem+json': { schema: problem } } };
  return { ...Object.fromEntries(entries), default: failure };
}

function jsonContent(schema: Json): Json {
  return { 'application/json': { schema } };
}

/** What comes in is described as strictly as it is checked; such copies carry no id and are written in place. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const {
    $schema: _dialect,
    $defs,
    ...own
  } = z.toJSONSchema(io === 'input' ? strictly(schema) : schema, {
    io,
    unrepresentable: 'any',
  }) as Json & { $defs?: Record<string, Json> };
  const text = (value: unknown) => JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/');
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] = JSON.parse(text(definition));
  return JSON.parse(text(own));
}
