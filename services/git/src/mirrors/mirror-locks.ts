import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { type GitResult, type RunGitOptions, runGit } from '@claude-codex/service-kit/git/run-git';
import { lockNamedIn } from '../sources/source-refusal.ts';

const run = promisify(execFile);
/** Every Linux has it, macOS does not. */
const FLOCK = ['/usr/bin/flock', '/bin/flock', '/opt/homebrew/bin/flock'].find((path) => existsSync(path));
/** No git of ours runs longer, so a lock that is older belongs to nobody. For systems without `flock`. */
const OLDER_THAN_ANY = ['-mmin', '+15'];
const PATIENCE_MS = [100, 200, 400, 800, 1_500];

/** Another git of ours moved, made or removed the ref that this one was about to: git looks first and locks then. */
const MOVED_MEANWHILE =
  /cannot lock ref '([^']+)': (?:is at \w+ but expected|reference already exists|unable to resolve)/;

/** Our own copy is in use for longer than we wait. Nothing is wrong with the source: whoever asked tries again. */
export class MirrorBusy extends Error {
  constructor(lock: string, options?: ErrorOptions) {
    super(`another git of ours holds ${lock}`, options);
    this.name = 'MirrorBusy';
  }
}

/**
 * Runs a git command that writes in a mirror. Git leaves its `*.lock` files behind when it is killed, and everything
 * that comes later stops at them. So each git of ours holds a lock of the kernel while it writes in a mirror; that one
 * goes with the process, however it ends. When nobody holds it, the files are left from the dead and are removed. Never
 * for a repository that is not ours alone.
 */
export async function writeInMirror(args: readonly string[], options: RunGitOptions): Promise<GitResult> {
  const inUse = join(options.gitDir, 'codex-in-use');
  const under = FLOCK === undefined ? [] : [FLOCK, '--shared', inUse];
  for (const patience of PATIENCE_MS) {
    try {
      return await runGit(args, { ...options, under });
    } catch (error) {
      if (heldIn(error) === null || !canRunAgain(options)) throw error;
      const isFree = lockIn(error) !== null && (await removeLeftLocks(options.gitDir, inUse));
      if (!isFree) await sleep(patience);
    }
  }
  try {
    return await runGit(args, { ...options, under });
  } catch (error) {
    const held = heldIn(error);
    throw held === null ? error : new MirrorBusy(held, { cause: error });
  }
}

/** What another git of ours had at the same time: a lock file or a ref. */
function heldIn(error: unknown): string | null {
  return lockIn(error) ?? (error instanceof GitError ? (MOVED_MEANWHILE.exec(error.stderr)?.[1] ?? null) : null);
}

function lockIn(error: unknown): string | null {
  return error instanceof GitError ? lockNamedIn(error.stderr) : null;
}

/** A stream was read already; commands that take one write objects only, which needs no lock. */
const canRunAgain = ({ input }: RunGitOptions) =>
  input === undefined || typeof input === 'string' || input instanceof Uint8Array;

/** Whether the way is free: false while another git of ours is at work there. */
async function removeLeftLocks(gitDir: string, inUse: string): Promise<boolean> {
  const left = ['find', gitDir, '-name', '*.lock', '-type', 'f'];
  const command =
    FLOCK === undefined
      ? [...left, ...OLDER_THAN_ANY, '-delete']
      : [FLOCK, '--exclusive', '--nonblock', inUse, ...left, '-delete'];
  return run(command[0] ?? 'find', command.slice(1), { timeout: 60_000 }).then(
    () => FLOCK !== undefined,
    () => false,
  );
}
