import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';

/** What others of the machine may do to a path: read, write or list it; only passing through is harmless. */
const OPEN = 0o066;
const ENTER = 0o011;
const title = 'nobody else on this machine can read what is the server’s';

/** Looks at the data directory of a server on this machine; null where there is none to look at. */
export async function checkModes(dataDir: string | null): Promise<Finding> {
  const found = (ok: boolean | null, detail: string): Finding => ({ id: 'modes', title, ok, detail });
  const root = dataDir === null ? null : await stat(dataDir).catch(() => null);
  if (dataDir === null || root === null) return found(null, 'there is no data directory here (CODEX_DATA_DIR)');
  const open = (root.mode & OPEN) === 0 ? [] : [dataDir];
  // Behind a closed door modes do not matter.
  if ((root.mode & (ENTER | OPEN)) !== 0) open.push(...(await openBelow(dataDir)));
  if (open.length === 0) return found(true, `${dataDir} and what is in it are closed to others`);
  return found(false, `open to others: ${open.slice(0, 10).join(', ')}. A start of the server closes them.`);
}

async function openBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isSymbolicLink()).map(({ name }) => join(directory, name));
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode })));
  return modes.filter(({ mode }) => (mode & OPEN) !== 0).map(({ path }) => path);
}
