import { access, constants, readdir } from 'node:fs/promises';
import type { Finding } from '@claude-codex/contracts/worker/protocol';
import { type ByteName, joined, pathIn, shown } from './byte-names.ts';
import { list } from './unfinished.ts';

/** Files and directories of the work to which the agent took its own access; git leaves them out or stops. */
export class Unreadable extends Error {
  readonly names: readonly ByteName[];

  constructor(names: readonly ByteName[], options?: ErrorOptions) {
    super(whatOf(names), options);
    this.name = 'Unreadable';
    this.names = names;
  }
}

const DENIED = /permission denied/i;

/** Throws `Unreadable` when git's words say that it could not read what is not left out anyway. */
export async function refuseUnread(said: string, workTree: string, leftOut: readonly ByteName[]): Promise<void> {
  if (!DENIED.test(said)) return;
  const names = (await unreadableIn(workTree, '')).filter((name) => !leftOut.includes(name));
  if (names.length > 0) throw new Unreadable(names);
}

export function unreadableFinding(names: readonly ByteName[]): Finding {
  return {
    code: 'UNREADABLE_FILES',
    what: `${whatOf(names)} Nothing of them can be handed over.`,
    remedy:
      'Give them their permissions back, with chmod -R u+rwX, or remove them; if they are meant to stay as they are, hand over again.',
  };
}

function whatOf(names: readonly ByteName[]): string {
  return `These files or directories cannot be read, because their permission forbids it: ${list(names.map(shown))}.`;
}

async function unreadableIn(workTree: string, folder: string): Promise<ByteName[]> {
  const entries = await readdir(pathIn(workTree, joined(folder)), { withFileTypes: true, encoding: 'buffer' });
  const found: ByteName[] = [];
  for (const entry of entries) {
    const name = joined(folder, entry.name.toString('latin1'));
    if (name === '.git' || !(entry.isFile() || entry.isDirectory())) continue;
    const wanted = entry.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK;
    const isOpen = await access(pathIn(workTree, name), wanted).then(
      () => true,
      () => false,
    );
    if (!isOpen) found.push(name);
    else if (entry.isDirectory()) found.push(...(await unreadableIn(workTree, `${name}/`)));
  }
  return found;
}
