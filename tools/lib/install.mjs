import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptsToRun } from './lock-scripts.mjs';
import { processesOf } from './processes-of.mjs';
import { withProgress } from './progress.mjs';
import { node24, root } from './root.mjs';
import { runQuietly, ToolError } from './run.mjs';

/**
 * Makes node_modules agree with package-lock.json, and does nothing (about 10 ms) when it does already.
 * @param {{ dev: boolean }} what dev: also what only checks and tests need
 */
export async function ensureInstalled({ dev }) {
  const difference = installedDifference({ dev });
  // Installed by hand: npm ran no script, so the Node among the packages is not there yet.
  if (difference === null) return existsSync(node24) ? undefined : runScripts();
  const users = processesOf(node24);
  if (users.length > 0) {
    throw new ToolError(
      `The packages have to be installed anew (${difference}), but a process runs from them (${users.join(', ')}): ` +
        'an install takes them away from under it. Stop it, then try again.',
    );
  }
  const args = ['ci', '--loglevel=error', '--no-audit', '--no-fund', ...(dev ? [] : ['--omit=dev'])];
  try {
    await withProgress(`Installing packages (${difference})`, () => runQuietly('npm', args, { cwd: root }));
    await runScripts();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new ToolError(
      `${cause.message}\n\nThe packages could not be installed. npm needs its registry for this (npm config get registry), ` +
        `about 1.5 GB of disk, and package-lock.json as it was committed. Then try again.`,
      { cause },
    );
  }
  const left = installedDifference({ dev });
  if (left !== null) throw new ToolError(`npm ci ended well, but ${left}. Remove node_modules and try again.`);
}

/** Of the packages that are installed, those whose scripts are allowed: nothing else runs while packages come in. */
async function runScripts() {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = scriptsToRun(allowScripts, (name) => existsSync(join(root, 'node_modules', name)));
  await runQuietly('npm', ['rebuild', '--ignore-scripts=false', '--loglevel=error', ...names], { cwd: root });
}

/**
 * npm writes node_modules/.package-lock.json as the last step of an install: comparing it with ours needs no marker of
 * our own and sees a half-done install, an older one, and one made by hand.
 */
function installedDifference({ dev }) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return 'first start, about a minute';
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(hidden);
  for (const [path, entry] of Object.entries(wanted)) {
    // Optional ones are there for this platform only, and npm decides which.
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    if (entry.optional || entry.devOptional || (entry.dev && !dev)) continue;
    if (installed[path]?.version !== entry.version) return `${path.replace(/^.*node_modules\//, '')} is missing or old`;
  }
  return null;
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
