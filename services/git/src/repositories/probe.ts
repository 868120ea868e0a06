import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProbeRepositoryAnswer, RepositorySource } from '@claude-codex/contracts';
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
import { suggestCheckCommand } from './suggest-check.ts';

const FETCH_TIMEOUT_MS = 20_000;

/** Looks at a repository a person is about to connect: is it there, may we read it, which branches, how is it checked. */
export async function probeRepository(
  source: RepositorySource,
  settings: SourceSettings,
  directories: Directories,
): Promise<ProbeRepositoryAnswer> {
  try {
    return await withSource(source, settings, async (access) => {
      try {
        const { defaultBranch, branches, objectFormat } = await branchesOf(access);
        const checkCommandSuggestion = await suggestion(access, directories, defaultBranch, objectFormat);
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

/** One commit without history is enough. That it cannot be had in time says nothing about the repository. */
async function suggestion(
  { address, protocols, network }: SourceAccess,
  directories: Directories,
  branch: string,
  objectFormat: 'sha1' | 'sha256',
): Promise<string | null> {
  const scratch = join(directories.temporary, `probe-${newId()}.git`);
  const fetch = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head'];
  try {
    await mkdir(directories.temporary, { recursive: true });
    await makeBare(scratch, objectFormat);
    await runGit([...fetch, '--end-of-options', address, `+${branchRef(branch)}:${sourceRef(branch)}`], {
      gitDir: scratch,
      timeoutMs: FETCH_TIMEOUT_MS,
      ...(protocols && { protocols }),
      ...(network && { network }),
    });
    const commit = await gitText(['rev-parse', '--verify', '--end-of-options', sourceRef(branch)], { gitDir: scratch });
    return await suggestCheckCommand(scratch, commit);
  } catch (error) {
    if (error instanceof GitError && error.code === 'GIT_TIMEOUT') return null;
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
