import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';

/** Where everything of one person's server lives. Removing the directory removes the server. */
export interface DataDir {
  root: string;
  postgres: string;
  secrets: string;
  blobs: string;
  journals: string;
  agents: string;
  sample: string;
  log: string;
  /** Gives the directory free for the next start. */
  unlock(): Promise<void>;
}

/** Another server of ours uses the directory. */
export class DataDirInUse extends OperatorError {
  constructor(root: string, pid: number) {
    super(
      `${root} is in use by the server with process id ${pid}. Stop that one, or set CODEX_DATA_DIR to another directory.`,
    );
    this.name = 'DataDirInUse';
  }
}

/**
 * Makes the directory and takes it for this process. Throws `DataDirInUse` while another live process holds it; a lock
 * left by a killed one is taken over. Throws `OperatorError` where no directory can be made or written.
 */
export async function openDataDir(root: string): Promise<DataDir> {
  const lock = join(root, 'server.pid');
  await takeDir(root, lock).catch((error: unknown) => {
    if (error instanceof DataDirInUse) throw error;
    throw new OperatorError(`${root} cannot be the data directory (CODEX_DATA_DIR): ${reasonOf(error)}`, {
      cause: error,
    });
  });
  return {
    root,
    postgres: join(root, 'postgres'),
    secrets: join(root, 'secrets'),
    blobs: join(root, 'blobs'),
    journals: join(root, 'journals'),
    agents: join(root, 'agents'),
    sample: join(root, 'sample-repository.git'),
    log: join(root, 'server.log'),
    unlock: () => rm(lock, { force: true }),
  };
}

async function takeDir(root: string, lock: string): Promise<void> {
  await closeToOthers(root);
  const holder = await holderOf(lock);
  if (holder !== null) throw new DataDirInUse(root, holder);
  await writeFile(lock, `${process.pid} ${await startTimeOf(process.pid)}\n`, { mode: 0o600 });
}

/**
 * Nobody but us gets in, whatever umask we have and whoever made the directory. One exception: a database made in it by
 * an earlier release for root runs as its own user, who has to pass through; then what lies beside it is closed one by one.
 */
async function closeToOthers(root: string): Promise<void> {
  await mkdir(join(root, 'secrets'), { recursive: true });
  const passing = await stat(join(root, 'postgres', 'PG_VERSION')).catch(() => null);
  await chmod(root, passing === null || passing.uid === process.getuid?.() ? 0o700 : 0o711);
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(join(root, entry.name), 0o700);
    if (entry.isFile()) await chmod(join(root, entry.name), 0o600);
  }
}

/** The live process that wrote the lock: same id and same start time, because ids are used again. */
async function holderOf(lock: string): Promise<number | null> {
  const text = await readFile(lock, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const [pid = '', startTime = ''] = text?.trim().split(' ') ?? [];
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return null;
  const now = await startTimeOf(Number(pid));
  return now !== null && String(now) === startTime ? Number(pid) : null;
}

/** Clock ticks since boot at which a process started (field 22 of /proc/pid/stat); elsewhere whether it lives. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return alive(pid) ? 'alive' : null;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
