import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { withProgress } from './progress.mjs';
import { node24, root } from './root.mjs';
import { runQuietly } from './run.mjs';

const web = join(root, 'web');
const marker = join(web, 'build', '.inputs');

/** Builds the pages when what they are made of changed since the last build; a failed build leaves no marker. */
export async function ensureWebBuilt() {
  const inputs = hashInputs();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === inputs) return;
  const vite = join(packageOfWeb('vite'), 'bin', 'vite.js');
  await withProgress('Building the web pages', () =>
    runQuietly(node24, [vite, 'build', '--logLevel', 'warn'], {
      cwd: web,
      env: { ...process.env, NODE_ENV: 'production' },
    }),
  );
  writeFileSync(marker, inputs);
}

/** Writes the TypeScript settings the pages' sources stand on: a clean clone has none, and their tests need them. */
export async function ensureWebSynced() {
  if (existsSync(join(web, 'node_modules', '$app', 'tsconfig.json'))) return;
  await runQuietly(node24, [join(packageOfWeb('@sveltejs/kit'), 'svelte-kit.js'), 'sync'], { cwd: web });
}

function packageOfWeb(name) {
  return dirname(createRequire(join(web, 'package.json')).resolve(`${name}/package.json`));
}

function hashInputs() {
  const hash = createHash('sha256');
  const files = [
    ...readdirSync(web)
      .filter((name) => /\.(json|ts|js|html)$/.test(name))
      .map((name) => join(web, name)),
    ...['web/src', 'web/static', 'libs/contracts/src'].flatMap((folder) => filesUnder(join(root, folder))),
    join(root, 'package-lock.json'),
  ];
  for (const file of files.sort())
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(unit|int|svelte)\.test\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
