// Copies the manifests and the lock file out of the build context, so that the layer with the installed packages is kept
// until a dependency changes.
//   node infra/images/manifests.mjs CONTEXT TARGET
// Dev dependencies on our own packages go from both, in step: `npm ci --omit=dev --workspace X` would follow them and
// install all that those need.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [context, target] = process.argv.slice(2);
const lock = readJson(join(context, 'package-lock.json'));

for (const [path, entry] of Object.entries(lock.packages)) {
  if (path.includes('node_modules/')) continue;
  const manifest = readJson(join(context, path, 'package.json'));
  entry.devDependencies = foreign(entry.devDependencies);
  manifest.devDependencies = foreign(manifest.devDependencies);
  writeJson(join(target, path, 'package.json'), manifest);
}
writeJson(join(target, 'package-lock.json'), lock);
copyFileSync(join(context, '.npmrc'), join(target, '.npmrc'));

function foreign(dependencies = {}) {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => !name.startsWith('@claude-codex/')));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 2));
}
