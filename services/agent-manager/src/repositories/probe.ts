import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ProbeRepositoryAnswer,
  ProbeRepositoryRequest,
  type RepositorySource,
  subjects,
} from '@claude-codex/contracts';
import { DomainError } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { newId } from '@claude-codex/service-kit/ids';
import type { Directories } from '../checkouts/directories.ts';
import { unavailable } from '../checkouts/mirrors.ts';
import { type SourceAccess, type SourceSettings, SourceUnavailable, sourceAccess } from '../checkouts/source-access.ts';
import { defaultBranchOf } from '../checkouts/source-branches.ts';
import { sourceRef } from '../git/names.ts';
import { gitText, runGit } from '../git/run-git.ts';
import { suggestCheckCommand } from './suggest-check.ts';

const FETCH_TIMEOUT_MS = 20_000;

/** Looks at a repository a person is about to connect: is it there, may we read it, which branches, how is it checked. */
export async function probeRepository(
  source: RepositorySource,
  settings: SourceSettings,
  directories: Directories,
): Promise<ProbeRepositoryAnswer> {
  const scratch = join(directories.temporary, `probe-${newId()}.git`);
  try {
    await mkdir(directories.temporary, { recursive: true });
    await runGit(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', scratch], { gitDir: scratch });
    const access = await sourceAccess(source, settings);
    const { defaultBranch, branches } = await defaultBranchOf(access, scratch);
    const checkCommandSuggestion = await suggestion(access, scratch, defaultBranch);
    return { ok: true, code: '', detail: '', defaultBranch, branches, checkCommandSuggestion };
  } catch (error) {
    const { code, message } =
      error instanceof DomainError ? { code: error.code, message: 'The address is not allowed.' } : unavailable(error);
    return { ok: false, code, detail: message, defaultBranch: null, branches: [], checkCommandSuggestion: null };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One commit without history is enough. That it cannot be had in time says nothing about the repository. */
async function suggestion(access: SourceAccess, scratch: string, branch: string): Promise<string | null> {
  const { address, protocols = [], network = {}, globalConfig } = access;
  const permissions = { protocols, network, ...(globalConfig === undefined ? {} : { globalConfig }) };
  const wanted = `+refs/heads/${branch}:${sourceRef(branch)}`;
  try {
    await runGit(
      ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--end-of-options', address, wanted],
      {
        gitDir: scratch,
        timeoutMs: FETCH_TIMEOUT_MS,
        ...permissions,
      },
    );
    const commit = await gitText(['rev-parse', '--verify', '--end-of-options', sourceRef(branch)], { gitDir: scratch });
    return await suggestCheckCommand(scratch, commit);
  } catch (error) {
    const reason = unavailable(error);
    if (reason instanceof SourceUnavailable && reason.code === 'FETCH_TIMEOUT') return null;
    throw reason;
  }
}

export function serveProbe(bus: Bus, settings: SourceSettings, directories: Directories): () => void {
  return serveJson(
    bus,
    subjects.manager.probeRepository,
    ProbeRepositoryRequest,
    ({ source }) => probeRepository(source, settings, directories),
    { queue: 'agent-manager' },
  );
}
