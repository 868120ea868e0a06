import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Gives the packages of a lock file that were never downloaded here, those of other platforms, the integrity the registry
 * publishes: without it npm would take whatever a mirror sends. Returns how many it asked for, one after the other.
 */
export async function addIntegrity(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  let asked = 0;
  for (const [key, entry] of Object.entries(lock.packages)) {
    if (!key.includes('node_modules/') || entry.link || entry.integrity !== undefined) continue;
    const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const { stdout } = await run('npm', ['view', `${name}@${entry.version}`, 'dist.integrity', '--json']);
    const integrity = JSON.parse(stdout || 'null');
    if (typeof integrity !== 'string') throw new Error(`the registry has no integrity of ${name}@${entry.version}`);
    const { version, ...rest } = entry;
    lock.packages[key] = { version, integrity, ...rest };
    asked += 1;
  }
  if (asked > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  return asked;
}
