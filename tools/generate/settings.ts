import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allowed, settingsOf } from '@claude-codex/service-kit/settings/allowed';
import { z } from 'zod';
import { keyComments } from './comments.ts';
import { type GeneratedFile, MARK, ROOT, table } from './output.ts';
import { COMMON, COMPOSE } from './setting-words.ts';

interface Setting {
  name: string;
  expected: string;
  default: string;
  comment: string;
}

const STANDALONE = 'standalone/src/settings.ts';
const COMPOSE_FILE = 'infra/docker-compose.yml';

/** `docs/generated/settings.md`: every environment variable, by who reads it. */
export async function settingsReference(): Promise<GeneratedFile> {
  const services = readdirSync(join(ROOT, 'services'))
    .toSorted()
    .map((service) => ({ title: service, source: `services/${service}/src/config.ts` }))
    .filter(({ source }) => existsSync(join(ROOT, source)));
  const sources = [STANDALONE, ...services.map(({ source }) => source)];
  /** A setting that several read is explained by one of them. */
  const theirs = sources.flatMap((path) => [...keyComments(join(ROOT, path))]);
  const words = new Map([...theirs, ...Object.entries(COMMON)]);
  const places = [{ title: '`npm start` (standalone)', source: STANDALONE }, ...services];
  const sections = await Promise.all(
    places.map(async ({ title, source }) => {
      const rows = (await settingsIn(source, words)).map((setting) => [
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
    sections[0] ?? '',
    composeSection(words),
    ...sections.slice(1),
  ];
  return { path: 'docs/generated/settings.md', content: `${content.join('\n\n')}\n` };
}

/** `docker compose`: what it reads itself, and what it passes on to services. */
function composeSection(words: ReadonlyMap<string, string>): string {
  const text = readFileSync(join(ROOT, COMPOSE_FILE), 'utf8');
  const defaults = new Map<string, string>();
  for (const [, name = '', fallback = ''] of text.matchAll(/\$\{([A-Z][A-Z0-9_]*)(?::-((?:[^{}]|\{[^}]*\})*))?/g)) {
    if (!defaults.has(name) || (defaults.get(name) === '' && !fallback.includes('$'))) defaults.set(name, fallback);
  }
  const rows = [...defaults]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, fallback]) => [
      `\`${name}\``,
      fallback === '' || fallback === '/dev/null' ? '' : `\`${fallback}\``,
      explained(name, new Map([...words, ...Object.entries(COMPOSE)]), COMPOSE_FILE),
    ]);
  return `## \`docker compose\`\n\n[source](../../${COMPOSE_FILE}) · a \`.env\` file beside compose.yaml is read\n\n${table(['variable', 'default', ''], rows)}`;
}

function explained(name: string, words: ReadonlyMap<string, string>, source: string): string {
  const known = words.get(name);
  if (known === undefined) throw new Error(`${source}: nothing says what ${name} is for`);
  return known;
}

async function settingsIn(source: string, words: ReadonlyMap<string, string>): Promise<Setting[]> {
  const path = join(ROOT, source);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const [settings] = Object.entries(module)
    .filter(([name]) => name.endsWith('Env'))
    .map(([, value]) => Object.entries(settingsOf(value)))
    .filter((entries) => entries.length > 0);
  if (settings === undefined) throw new Error(`${source} exports no object schema whose name ends in Env`);
  const own = new Map([...words, ...keyComments(path)]);
  return settings.map(([name, field]) => ({
    name,
    expected: allowed(field).replace(/^must (be |have )?/, ''),
    default: defaultOf(field),
    comment: explained(name, own, source),
  }));
}

function defaultOf(field: z.ZodType): string {
  if (field instanceof z.ZodPipe) return defaultOf(field.in as z.ZodType);
  if (field instanceof z.ZodDefault) return `\`${String(field.def.defaultValue)}\``;
  return field.safeParse(undefined).success ? '' : '**needed**';
}
