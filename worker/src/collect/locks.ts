import { lstat, readdir, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ByteName, joined, pathIn } from './byte-names.ts';

const LOOK_MS = 250;
/** A git of the agent that is at work is done sooner; a lock this old was left by one that was cut short. */
const LEFT_BEHIND_MS = 5_000;
const LOOKS = 60;
const TRIES = 10;
/** `HEAD.lock`, `refs/heads/x.lock`, `packed-refs.lock`: git makes one for whatever it writes. */
const HELD = /(?:\.lock|could not lock).*File exists/s;

/** Does its work again once the locks it met are gone: waits for the agent's own git, and takes away what was left. */
export async function withoutLocks<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !(error instanceof Error) || !HELD.test(error.message)) throw error;
      await freeLocks(gitDir);
    }
  }
}

/** The age of a lock is the agent's to write, so one that stays for long enough before our eyes counts as old too. */
async function freeLocks(gitDir: string): Promise<void> {
  const seen = new Map<ByteName, number>();
  for (let looks = 0; looks < LOOKS; looks += 1) {
    let waiting = false;
    for (const name of await locksIn(gitDir, '')) {
      const path = pathIn(gitDir, name);
      const since = seen.get(name) ?? Date.now();
      seen.set(name, since);
      const written = (await lstat(path).catch(() => null))?.mtimeMs ?? since;
      if (Date.now() - Math.min(since, written) < LEFT_BEHIND_MS) waiting = true;
      else await rm(path, { recursive: true, force: true });
    }
    if (!waiting) return;
    await sleep(LOOK_MS);
  }
}

/** No ref's name may end like this, so in a git directory nothing else does; hooks and loose objects are not looked at. */
async function locksIn(gitDir: string, folder: string): Promise<ByteName[]> {
  const place = pathIn(gitDir, joined(folder));
  const entries = await readdir(place, { withFileTypes: true, encoding: 'buffer' }).catch(() => []);
  const found: ByteName[] = [];
  for (const entry of entries) {
    const name = joined(folder, entry.name.toString('latin1'));
    const isOurs = !entry.isDirectory() || folder === '' || folder.startsWith('refs/');
    if (name.endsWith('.lock') && isOurs) found.push(name);
    else if (entry.isDirectory() && !PASSED_OVER.test(name)) found.push(...(await locksIn(gitDir, `${name}/`)));
  }
  return found;
}

const PASSED_OVER = /^(?:hooks|objects\/[0-9a-f]{2})$/;
