import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Access, ROUTES, type Route } from '@claude-codex/contracts/access';
import { expect, it } from 'vitest';

const SOURCES = import.meta.dirname;
const sources = new Map(
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|ts)$/.test(name) && !name.includes('.test.'))
    .map((name) => [name, readFileSync(join(SOURCES, name), 'utf8')]),
);
/** It asks the person first, in a dialog that looks whether they may. */
const ASKS_ITSELF = new Set(['lib/features/consent/consent.svelte.ts']);

/** The route behind each function of `lib/api`. */
function calls(): Map<string, Route> {
  const found = new Map<string, Route>();
  for (const [name, source] of sources) {
    if (!name.startsWith('lib/api/')) continue;
    for (const [, fn = '', method = '', path = ''] of source.matchAll(
      /export (?:const|function|async function) (\w+)(?:(?!\nexport )[\s\S])*?request<[^(]*\(\s*'(\w+)',\s*[`']([^`']+)[`']/g,
    )) {
      const written = `${method} /api${path.replace(/\$\{[^}]*\}/g, ':')}`;
      // A command that is a parameter is any of its kind: all of them ask for the same.
      const pattern = new RegExp(`^${written.replace(/\/:$/, '/[^/]+').replaceAll(':', ':\\w+')}$`);
      const route = Object.keys(ROUTES).find((known) => pattern.test(known));
      if (route === undefined) throw new Error(`${name}: ${fn} calls ${written}, which is no route`);
      found.set(fn, route as Route);
    }
  }
  return found;
}

/** What a source asks `may` about; `canEdit` asks for what an editor does. */
function asks(source: string): Set<Access> {
  const routes = [...source.matchAll(/'((?:GET|POST|PUT|PATCH|DELETE) \/api[^']*)'/g)].map(
    ([, route]) => route as Route,
  );
  const asked = new Set<Access>(source.includes('may(') ? routes.map((route) => ROUTES[route]) : []);
  return source.includes('canEdit') ? asked.add('editor') : asked;
}

function importers(name: string): string[] {
  return [...sources].flatMap(([other, source]) =>
    new RegExp(`(from|import\\() ?'[^']*/${basename(name).replaceAll('.', '\\.')}'`).test(source) ? [other] : [],
  );
}

/** Whether everybody who comes to this source was asked before whether they may. */
function isGuarded(name: string, access: Access, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name) || ASKS_ITSELF.has(name)) return true;
  const asked = asks(sources.get(name) ?? '');
  if (asked.has(access) || (access === 'editor' && asked.has('owner'))) return true;
  const above = importers(name);
  return above.length > 0 && above.every((other) => isGuarded(other, access, new Set([...seen, name])));
}

const RESTRICTED = [...calls()].filter(([, route]) => ['editor', 'owner', 'installation'].includes(ROUTES[route]));

it('knows what the pages can ask of the server', () => {
  expect(RESTRICTED.length).toBeGreaterThan(35);
});

it.each(RESTRICTED)('%s is offered only to who may: %s', (fn, route) => {
  const users = [...sources].flatMap(([name, source]) =>
    !name.startsWith('lib/api/') && new RegExp(`import \\{[^}]*\\b${fn}\\b[^}]*\\} from`).test(source) ? [name] : [],
  );
  expect(users.filter((name) => !isGuarded(name, ROUTES[route]))).toEqual([]);
});

it('compares no role by itself: there is one table', () => {
  const compares = /\.role\s*[!=]==?|\[['"]owner['"],|ownsInstallation/;
  const own = 'lib/live/workspace.svelte.ts';
  expect([...sources].flatMap(([name, source]) => (name !== own && compares.test(source) ? [name] : []))).toEqual([]);
});
