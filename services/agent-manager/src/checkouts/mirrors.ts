import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepositorySource } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { GitError } from '../git/git-error.ts';
import { objectId, sourceRef } from '../git/names.ts';
import { gitText, runGit } from '../git/run-git.ts';
import type { Directories } from './directories.ts';
import { type SourceSettings, SourceUnavailable, sourceAccess } from './source-access.ts';
import { defaultBranchOf } from './source-branches.ts';

export interface MirrorState {
  defaultBranch: string;
  headSha: string;
  branches: string[];
}

export interface Mirrors {
  /** Makes the mirror when it is missing and brings it up to date. Throws `SourceUnavailable`. */
  refresh(repositoryId: string, source: RepositorySource): Promise<MirrorState>;
  /** The commit a branch of the source had at the last refresh, or null. */
  sourceHead(repositoryId: string, branch: string): Promise<string | null>;
  /** The mirror's directory; it may not exist yet. */
  gitDir(repositoryId: string): string;
  remove(repositoryId: string): Promise<void>;
}

/** The names go into an event; nobody chooses from a longer list. */
const MAX_BRANCHES = 2_000;
const FETCH_TIMEOUT_MS = 10 * 60_000;

/**
 * One bare repository per connected repository. Branches of the source are kept under `refs/remotes/source/`, those of
 * agents under `refs/heads/`. No agent can write here, so git may run here.
 */
export function createMirrors(directories: Directories, settings: SourceSettings): Mirrors {
  // Two refreshes at once would fight over git's lock files; the second waits for the first and then has nothing to do.
  const refreshing = new Map<string, Promise<unknown>>();

  async function refresh(repositoryId: string, source: RepositorySource): Promise<MirrorState> {
    const before = refreshing.get(repositoryId) ?? Promise.resolve();
    const run = before.then(
      () => refreshNow(repositoryId, source),
      () => refreshNow(repositoryId, source),
    );
    refreshing.set(repositoryId, run);
    try {
      return await run;
    } finally {
      if (refreshing.get(repositoryId) === run) refreshing.delete(repositoryId);
    }
  }

  async function refreshNow(repositoryId: string, source: RepositorySource): Promise<MirrorState> {
    const from = await sourceAccess(source, settings);
    const gitDir = await existingMirror(repositoryId);
    const { protocols, network, globalConfig } = from;
    const permissions = { protocols, network, globalConfig };
    const allowed = Object.fromEntries(Object.entries(permissions).filter(([, value]) => value !== undefined));
    try {
      const { defaultBranch } = await defaultBranchOf(from, gitDir);
      await runGit(
        [
          'fetch',
          '--quiet',
          '--prune',
          '--no-tags',
          '--no-write-fetch-head',
          '--end-of-options',
          from.address,
          '+refs/heads/*:refs/remotes/source/*',
        ],
        { gitDir, timeoutMs: FETCH_TIMEOUT_MS, ...allowed },
      );
      const branches = await branchesOf(gitDir);
      const headSha = await sourceHead(repositoryId, defaultBranch);
      if (headSha === null) throw new SourceUnavailable('REPOSITORY_EMPTY', 'The repository has no commit yet.');
      return { defaultBranch, headSha, branches };
    } catch (error) {
      throw unavailable(error);
    }
  }

  async function existingMirror(repositoryId: string): Promise<string> {
    const gitDir = directories.mirror(repositoryId);
    if (await exists(join(gitDir, 'HEAD'))) return gitDir;
    const making = `${gitDir}.${newId()}`;
    await mkdir(dirname(gitDir), { recursive: true });
    await runGit(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', making], { gitDir: making });
    // A rename is atomic: a crash leaves no half-made mirror behind under the real name.
    await rename(making, gitDir);
    return gitDir;
  }

  async function sourceHead(repositoryId: string, branch: string): Promise<string | null> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${sourceRef(branch)}^{commit}`];
    const { exitCode, stdout } = await runGit(args, { gitDir: directories.mirror(repositoryId), accept: [0, 1, 128] });
    return exitCode === 0 ? objectId(stdout.toString('utf8').trim()) : null;
  }

  return {
    refresh,
    sourceHead,
    gitDir: (repositoryId) => directories.mirror(repositoryId),
    remove: (repositoryId) => rm(directories.mirror(repositoryId), { recursive: true, force: true }),
  };
}

async function branchesOf(gitDir: string): Promise<string[]> {
  const text = await gitText(['for-each-ref', '--format=%(refname:lstrip=3)', '--', 'refs/remotes/source/'], {
    gitDir,
  });
  return text === '' ? [] : text.split('\n').slice(0, MAX_BRANCHES);
}

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [/not a git repository|does not appear to be a git repo/i, 'NOT_A_REPOSITORY', 'There is no git repository there.'],
  [/could not resolve host|name or service not known/i, 'HOST_NOT_FOUND', 'The host name could not be resolved.'],
  [/connection refused|connection timed out|failed to connect/i, 'HOST_UNREACHABLE', 'The host does not answer.'],
  [
    /authentication failed|could not read username|permission denied|terminal prompts disabled/i,
    'ACCESS_DENIED',
    'The server has no access to this repository.',
  ],
  [/repository .*not found|not found/i, 'REPOSITORY_MISSING', 'There is no repository at this address.'],
  [/fsck|badTree|hasDot|malformed|corrupt/i, 'REPOSITORY_DAMAGED', 'The repository holds objects that git refuses.'],
];

/** Git's words as a code and a sentence a person can act on. */
export function unavailable(error: unknown): SourceUnavailable {
  if (error instanceof SourceUnavailable) return error;
  if (!(error instanceof GitError)) throw error;
  if (error.code === 'GIT_TIMEOUT') {
    return new SourceUnavailable('FETCH_TIMEOUT', 'The repository took too long to answer.', { cause: error });
  }
  const known = REASONS.find(([pattern]) => pattern.test(error.stderr));
  if (known !== undefined) return new SourceUnavailable(known[1], known[2], { cause: error });
  return new SourceUnavailable('FETCH_FAILED', 'Git could not read the repository.', { cause: error });
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
