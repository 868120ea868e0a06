import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { keyComments } from './comments.ts';
import { type GeneratedFile, MARK, ROOT, table } from './output.ts';
import { typeInWords } from './type-in-words.ts';

interface Setting {
  name: string;
  expected: string;
  default: string;
  comment: string;
}

/** `docs/generated/settings.md`: every environment variable, by who reads it. */
export async function settingsReference(): Promise<GeneratedFile> {
  const places = [
    { title: '`npm start` (standalone)', source: 'standalone/src/settings.ts' },
    ...readdirSync(join(ROOT, 'services'))
      .toSorted()
      .map((service) => ({ title: service, source: `services/${service}/src/config.ts` }))
      .filter(({ source }) => existsSync(join(ROOT, source))),
  ];
  const sections = await Promise.all(
    places.map(async ({ title, source }) => {
      const rows = (await settingsIn(source)).map((setting) => [
        `\`${setting.name}\``,
        setting.expected,
        setting.default,
        setting.comment,
      ]);
      return `## ${title}\n\n[source](../../${source})\n\n${table(['variable', 'expected', 'default', ''], rows)}`;
    }),
  );
  const content = [
    MARK,
    '# Settings',
    'Environment variables, read once when a process starts. A bad or missing one stops the start with its name and what ' +
      'is expected, never its value. An empty variable counts as absent.',
    ...sections,
  ];
  return { path: 'docs/generated/settings.md', content: `${content.join('\n\n')}\n` };
}

async function settingsIn(source: string): Promise<Setting[]> {
  const path = join(ROOT, source);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const [schema] = Object.entries(module)
    .filter(([name]) => name.endsWith('Env'))
    .map(([, value]) => objectIn(value))
    .filter((object) => object !== null);
  if (schema === undefined) throw new Error(`${source} exports no object schema whose name ends in Env`);
  const comments = keyComments(path);
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    expected: expectation(field as z.ZodType),
    default: defaultOf(field as z.ZodType),
    comment: comments.get(name) ?? '',
  }));
}

/** The object at the core of a schema that may be refined or transformed. */
function objectIn(schema: unknown): z.ZodObject | null {
  if (schema instanceof z.ZodObject) return schema;
  return schema instanceof z.ZodPipe ? objectIn(schema.in) : null;
}

/** What a person is told who sets it wrong, when the schema says that in words of its own; its type otherwise. */
function expectation(field: z.ZodType): string {
  const refusal = field.safeParse('\u0001');
  const message = refusal.error?.issues[0]?.message ?? '';
  if (/^(must|may) /.test(message)) return message.replace(/^must (be |have )?/, '');
  return typeInWords(field instanceof z.ZodOptional ? field.unwrap() : field);
}

function defaultOf(field: z.ZodType): string {
  if (field instanceof z.ZodPipe) return defaultOf(field.in as z.ZodType);
  if (field instanceof z.ZodDefault) return `\`${String(field.def.defaultValue)}\``;
  return field.safeParse(undefined).success ? '' : '**needed**';
}
