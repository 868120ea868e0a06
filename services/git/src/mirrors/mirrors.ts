import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepositorySource } from '@claude-codex/contracts';
import { objectId, sourceRef } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';
import { newId } from '@claude-codex/service-kit/ids';
import type { Directories } from '../directories.ts';
import { type SourceAccess, type SourceSettings, withSource } from '../sources/source-access.ts';
import { branchesOf, branchNameFrom } from '../sources/source-branches.ts';
import { refusal, unavailable } from '../sources/source-refusal.ts';
import { writeInMirror } from './mirror-locks.ts';

export interface MirrorState {
  defaultBranch: string;
  headSha: string;
  branches: string[];
  /** The source is a clone cut short (`git clone --depth`). */
  shallow: boolean;
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
    return withSource(source, settings, async (from) => {
      try {
        return await refreshFrom(repositoryId, from);
      } catch (error) {
        throw unavailable(error, from.name);
      }
    });
  }

  async function refreshFrom(repositoryId: string, from: SourceAccess): Promise<MirrorState> {
    const { defaultBranch, objectFormat } = await branchesOf(from);
    const gitDir = await existingMirror(repositoryId, objectFormat);
    const { protocols, network } = from;
    // A clone cut short is mirrored with its boundary: what it has can be worked on, what it lacks is nowhere to be had.
    const fetch = ['fetch', '--quiet', '--prune', '--no-tags', '--no-write-fetch-head', '--update-shallow'];
    await writeInMirror([...fetch, '--end-of-options', from.address, '+refs/heads/*:refs/remotes/source/*'], {
      gitDir,
      timeoutMs: FETCH_TIMEOUT_MS,
      ...(protocols && { protocols }),
      ...(network && { network }),
    });
    const headSha = await sourceHead(repositoryId, defaultBranch);
    if (headSha === null) throw refusal('REPOSITORY_EMPTY', {});
    const shallow = (await gitText(['rev-parse', '--is-shallow-repository'], { gitDir })) === 'true';
    return { defaultBranch, headSha, branches: await mirroredBranches(gitDir), shallow };
  }

  async function existingMirror(repositoryId: string, objectFormat: 'sha1' | 'sha256'): Promise<string> {
    const gitDir = directories.mirror(repositoryId);
    if (await exists(join(gitDir, 'HEAD'))) {
      const before = await gitText(['rev-parse', '--show-object-format'], { gitDir });
      if (before !== objectFormat) throw refusal('OBJECT_FORMAT_CHANGED', { before, now: objectFormat });
      return gitDir;
    }
    const making = `${gitDir}.${newId()}`;
    await mkdir(dirname(gitDir), { recursive: true });
    await makeBare(making, objectFormat);
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

export async function makeBare(gitDir: string, objectFormat: 'sha1' | 'sha256'): Promise<void> {
  const init = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main'];
  await runGit([...init, `--object-format=${objectFormat}`, gitDir], { gitDir });
}

async function mirroredBranches(gitDir: string): Promise<string[]> {
  const list = ['for-each-ref', '--format=%(refname:lstrip=3)', '--', 'refs/remotes/source/'];
  const { stdout } = await runGit(list, { gitDir });
  const names = stdout.toString('latin1').split('\n').map(branchNameFrom);
  return names.filter((name) => name !== null).slice(0, MAX_BRANCHES);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
