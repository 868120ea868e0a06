import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBE_MS, type ProbeRepositoryAnswer, type RepositorySource } from '@claude-codex/contracts';
import { DomainError } from '@claude-codex/eventing';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { branchRef, sourceRef } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';
import { newId } from '@claude-codex/service-kit/ids';
import type { Directories } from '../directories.ts';
import { makeBare } from '../mirrors/mirrors.ts';
import { type SourceAccess, type SourceSettings, SourceUnavailable, withSource } from '../sources/source-access.ts';
import { branchesOf } from '../sources/source-branches.ts';
import { unavailable } from '../sources/source-refusal.ts';
import { LARGEST_FILE_READ, suggestCheckCommand } from './suggest-check.ts';

/** What is needed may take most of the time; the suggestion has what is always left. */
const TIMES = { branchesMs: PROBE_MS - 6_000, suggestionMs: 5_000 };

/** Looks at a repository a person is about to connect: is it there, may we read it, which branches, how is it checked. */
export async function probeRepository(
  source: RepositorySource,
  settings: SourceSettings,
  directories: Directories,
  { branchesMs, suggestionMs } = TIMES,
): Promise<ProbeRepositoryAnswer> {
  try {
    return await withSource(source, settings, async (access) => {
      try {
        const { defaultBranch, branches, objectFormat } = await branchesOf(access, branchesMs);
        const checkCommandSuggestion = await suggestion(access, directories, {
          branch: defaultBranch,
          objectFormat,
          suggestionMs,
        });
        return { ok: true, code: '', detail: '', defaultBranch, branches, checkCommandSuggestion };
      } catch (error) {
        throw unavailable(error, access.name);
      }
    });
  } catch (error) {
    const refused = error instanceof SourceUnavailable || error instanceof DomainError;
    if (!refused) throw error;
    const detail = error instanceof DomainError ? 'The address is not allowed.' : error.message;
    return { ok: false, code: error.code, detail, defaultBranch: null, branches: [], checkCommandSuggestion: null };
  }
}

/**
 * One commit without history is enough, and of its files those that are read: what is large is left where it is, if the
 * host can do so. That it cannot be had in time says nothing about the repository.
 */
async function suggestion(
  { address, protocols, network }: SourceAccess,
  directories: Directories,
  { branch, objectFormat, suggestionMs }: { branch: string; objectFormat: 'sha1' | 'sha256'; suggestionMs: number },
): Promise<string | null> {
  const scratch = join(directories.temporary, `probe-${newId()}.git`);
  const less = ['--depth=1', `--filter=blob:limit=${LARGEST_FILE_READ}`, '--no-tags'];
  const fetch = ['fetch', '--quiet', ...less, '--no-write-fetch-head'];
  try {
    await mkdir(directories.temporary, { recursive: true });
    await makeBare(scratch, objectFormat);
    // By a name: git remembers where what it left out is, and refuses a path for that.
    await runGit(['config', 'remote.source.url', address], { gitDir: scratch });
    // A fetch that leaves something out tolerates no flaw of old commits; what it brought is looked at afterwards.
    await runGit(['config', 'fetch.fsckObjects', 'false'], { gitDir: scratch });
    await runGit([...fetch, '--end-of-options', 'source', `+${branchRef(branch)}:${sourceRef(branch)}`], {
      gitDir: scratch,
      timeoutMs: suggestionMs,
      ...(protocols && { protocols }),
      ...(network && { network }),
    });
    await runGit(['fsck', '--no-progress', '--no-dangling'], { gitDir: scratch, timeoutMs: suggestionMs });
    const commit = await gitText(['rev-parse', '--verify', '--end-of-options', sourceRef(branch)], { gitDir: scratch });
    return await suggestCheckCommand(scratch, commit);
  } catch (error) {
    if (error instanceof GitError && error.code === 'GIT_TIMEOUT') return null;
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
