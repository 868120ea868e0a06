import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVICES } from '@claude-codex/contracts/services';
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

/** `docs/generated/settings.md`: what an operator sets. Beside each service, what it reads as a process of its own. */
export async function settingsReference(): Promise<GeneratedFile[]> {
  const services = SERVICES.map((service) => ({
    title: service,
    source: `services/${service}/src/config.ts`,
  }));
  const sources = [STANDALONE, ...services.map(({ source }) => source)];
  /** A setting that several read is explained by one of them. */
  const theirs = sources.flatMap((path) => [...keyComments(join(ROOT, path))]);
  const words = new Map([...theirs, ...Object.entries(COMMON)]);
  const rowsOf = async (source: string) => {
    const settings = await settingsIn(source, words);
    const rows = settings.map(({ name, expected, default: usual, comment }) => [
      `\`${name}\``,
      expected,
      usual,
      comment,
    ]);
    return table(['variable', 'expected', 'default', ''], rows);
  };
  const content = [
    MARK,
    '# Settings',
    'Environment variables, read once when a process starts. A bad or missing one stops the start with its name, what was given ' +
      '(no secret is shown) and what is allowed. An empty variable counts as absent.\n\n' +
      'What a service reads as a process of its own stands beside it: `services/<name>/settings.md`.',
    `## \`npm start\` (standalone)\n\n[source](../../${STANDALONE})\n\n${await rowsOf(STANDALONE)}`,
    composeSection(words),
  ];
  const own = services.map(async ({ title, source }) => ({
    path: `services/${title}/settings.md`,
    content: `${MARK}\n\n# Settings of ${title}\n\n[source](src/config.ts)\n\n${await rowsOf(source)}\n`,
  }));
  return [{ path: 'docs/generated/settings.md', content: `${content.join('\n\n')}\n` }, ...(await Promise.all(own))];
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
