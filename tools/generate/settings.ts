import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allowed, settingsOf } from '@claude-codex/service-kit/settings/allowed';
import { z } from 'zod';
import { keyComments } from './comments.ts';
import { type GeneratedFile, MARK, ROOT, table } from './output.ts';

interface Setting {
  name: string;
  expected: string;
  default: string;
  comment: string;
}

/** Whose settings `npm start` has as well. */
const AGENTS = 'services/agent-manager/src/config.ts';

/** `docs/generated/settings.md`: every environment variable, by who reads it. */
export async function settingsReference(): Promise<GeneratedFile> {
  const places = [
    { title: '`npm start` (standalone)', source: 'standalone/src/settings.ts', extended: AGENTS },
    ...readdirSync(join(ROOT, 'services'))
      .toSorted()
      .map((service) => ({ title: service, source: `services/${service}/src/config.ts`, extended: null }))
      .filter(({ source }) => existsSync(join(ROOT, source))),
  ];
  const sections = await Promise.all(
    places.map(async ({ title, source, extended }) => {
      const rows = (await settingsIn(source, extended)).map((setting) => [
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
    'Environment variables, read once when a process starts. A bad or missing one stops the start with its name, what was given ' +
      '(no secret is shown) and what is allowed. An empty variable counts as absent.',
    ...sections,
  ];
  return { path: 'docs/generated/settings.md', content: `${content.join('\n\n')}\n` };
}

async function settingsIn(source: string, extended: string | null): Promise<Setting[]> {
  const path = join(ROOT, source);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const [settings] = Object.entries(module)
    .filter(([name]) => name.endsWith('Env'))
    .map(([, value]) => Object.entries(settingsOf(value)))
    .filter((entries) => entries.length > 0);
  if (settings === undefined) throw new Error(`${source} exports no object schema whose name ends in Env`);
  const inherited = extended === null ? [] : keyComments(join(ROOT, extended));
  const comments = new Map([...inherited, ...keyComments(path)]);
  return settings.map(([name, field]) => ({
    name,
    expected: allowed(field).replace(/^must (be |have )?/, ''),
    default: defaultOf(field),
    comment: comments.get(name) ?? '',
  }));
}

function defaultOf(field: z.ZodType): string {
  if (field instanceof z.ZodPipe) return defaultOf(field.in as z.ZodType);
  if (field instanceof z.ZodDefault) return `\`${String(field.def.defaultValue)}\``;
  return field.safeParse(undefined).success ? '' : '**needed**';
}
