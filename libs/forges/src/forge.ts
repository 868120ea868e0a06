import type { EventData } from '@claude-codex/contracts/events';
import type { ForgeProvider } from '@claude-codex/contracts/forge';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { RepositorySource } from '@claude-codex/contracts/repository/events';

/** A change as the log has it, with where it is to become part of the base. */
export interface Change
  extends Pick<
    EventData<'PullRequestOpened'>,
    'taskId' | 'repositoryId' | 'number' | 'branch' | 'baseBranch' | 'headSha' | 'title' | 'body' | 'draft'
  > {
  readonly pullRequestId: string;
  readonly source: RepositorySource;
}

/** Who wished for it, and when: the same however often it is tried, so that trying again makes the same commit. */
export interface Wish {
  /** null: nobody that is known. */
  readonly personId: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** Why it could not be done, in words a person can act on. */
export interface ForgeRefusal {
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
  /** The files, where both sides changed the same. */
  readonly conflicts: string[];
}

export interface Merged {
  readonly ok: true;
  readonly mergeSha: string;
  /** The repository as it is with this merge; null when it could not be read, which is tried again apart. */
  readonly repository: EventData<'RepositoryMirrored'> | null;
}

/** It is merged later: its forge wants something before that comes without us. Nothing came of the wish yet. */
export interface Waiting {
  readonly ok: 'later';
  /** For what, as a sentence. */
  readonly detail: string;
}

/** `headSha`: of the branch with the base in it. `changes`: against that base; null when there was nothing to bring in. */
export type Updated = { readonly ok: true } & EventData<'PullRequestUpdated'>;

/**
 * Where changes become part of their base branch. What is asked of it stands in the log (`PullRequestMergeRequested`,
 * `PullRequestUpdateRequested`), and what came of it is written there: whoever asked may be gone by then. A call may be
 * cut off and made again at any time; what was done then is found, not done twice. What a forge cannot do is not asked
 * of it (`FORGES`). One contract suite (`forge.contract.ts`).
 */
export interface Forge {
  readonly provider: ForgeProvider;
  /**
   * Merges the commit `headSha` and no later one of its branch, or refuses, or waits, and leaves the base as it is. One that
   * waits is asked for again.
   */
  merge(change: Change, wish: Wish & { readonly strategy: MergeStrategy }): Promise<Merged | ForgeRefusal | Waiting>;
  /** Brings the base as it is now into the branch; the base stays as it is. */
  update(change: Change, wish: Wish): Promise<Updated | ForgeRefusal>;
}

/** The forges a service carries out commands for: those whose adapters it owns. */
export type Forges = ReadonlyMap<ForgeProvider, Forge>;

export function forgesOf(forges: readonly Forge[]): Forges {
  return new Map(forges.map((forge) => [forge.provider, forge]));
}

export function forgeRefusal(code: string, detail: string): ForgeRefusal {
  return { ok: false, code, detail, conflicts: [] };
}

export function conflicting(conflicts: string[]): ForgeRefusal {
  const files = conflicts.length === 1 ? 'One file was' : `${conflicts.length} files were`;
  return { ok: false, code: 'MERGE_CONFLICT', detail: `${files} changed on both sides.`, conflicts };
}
