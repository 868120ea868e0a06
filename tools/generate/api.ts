import { POLICY } from '@claude-codex/gateway/access/policy';
import { startTestGateway } from '@claude-codex/gateway/gateway.fixture';
import { z } from 'zod';
import { type GeneratedFile, MARK, table } from './output.ts';

const Body = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});
const Operation = z.object({
  summary: z.string().default(''),
  tags: z.array(z.string()).default(['other']),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
});
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

interface Endpoint extends z.infer<typeof Operation> {
  method: string;
  path: string;
}

/** `docs/generated/api.md`, from the document a running gateway serves: the routes there are, not those we think of. */
export async function apiReference(): Promise<GeneratedFile> {
  const gateway = await startTestGateway();
  try {
    const answer = await gateway.app.http.inject('/api/openapi.json');
    return { path: 'docs/generated/api.md', content: markdownOf(Document.parse(answer.json())) };
  } finally {
    await gateway.stop();
  }
}

function markdownOf({ paths }: z.infer<typeof Document>): string {
  const endpoints = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Endpoint => ({ ...operation, method, path })),
  );
  const sections = [...Map.groupBy(endpoints, ({ tags }) => tags[0] ?? 'other')].map(
    ([tag, its]) => `## ${tag}\n\n${table(['', 'who', 'query', 'body', ''], its.map(rowOf))}`,
  );
  const content = [
    MARK,
    '# API',
    'A running server describes itself in full at `/api/openapi.json` (OpenAPI 3.1). Log in with `POST /api/login`, or send ' +
      'an API token as `Authorization: Bearer cdx_…`. Every command answers with the position of what it wrote; a read with ' +
      '`?min_position=` waits until it shows that. Errors are `application/problem+json`. **Bold** fields are needed.',
    ...sections,
  ];
  return `${content.join('\n\n')}\n`;
}

function rowOf({ method, path, summary, parameters, requestBody }: Endpoint): string[] {
  const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const query = parameters.filter((parameter) => parameter.in === 'query');
  return [
    `\`${route}\``,
    POLICY[route] ?? '',
    query.map(({ name, required }) => fieldName(name, required)).join(' '),
    bodyFields(requestBody?.content['application/json']?.schema),
    summary,
  ];
}

function bodyFields(schema: unknown): string {
  const body = Body.safeParse(schema);
  if (!body.success) return '';
  const { properties, required } = body.data;
  return Object.keys(properties)
    .map((name) => fieldName(name, required.includes(name)))
    .join(' ');
}

function fieldName(name: string, needed: boolean): string {
  return needed ? `**${name}**` : name;
}
