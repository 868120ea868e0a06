// Copies the manifests and the lock file out of the build context, without what only development needs, so that the
// layer with the installed packages is kept until a dependency changes.
//   node infra/images/manifests.mjs CONTEXT TARGET
// Dev dependencies go from both, in step: `npm ci --omit=dev --workspace X` would follow X's dev edges to other
// workspaces and install all of theirs.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [context, target] = process.argv.slice(2);
const lock = readJson(join(context, 'package-lock.json'));

for (const [path, entry] of Object.entries(lock.packages)) {
  if (path.includes('node_modules/')) continue;
  delete entry.devDependencies;
  const manifest = readJson(join(context, path, 'package.json'));
  delete manifest.devDependencies;
  writeJson(join(target, path, 'package.json'), manifest);
}
writeJson(join(target, 'package-lock.json'), lock);
copyFileSync(join(context, '.npmrc'), join(target, '.npmrc'));

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 2));
}
