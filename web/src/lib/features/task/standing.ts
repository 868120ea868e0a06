import type {
  MergeReadiness,
  MergeStrategy,
  PullRequestView,
  RepositoryView,
  Standing,
  TaskCard,
  TaskViewState,
} from '@claude-codex/contracts';
import { plural } from '#lib/format/number.ts';
import type { IconName } from '#lib/ui/icons.ts';
import { isEnded } from './state.ts';

export interface Sign {
  readonly id: string;
  readonly words: string;
  readonly icon: IconName;
  readonly tone: 'good' | 'bad' | 'warn' | 'quiet';
  readonly title?: string;
}

/** What is known about the repository's base branch, as far as the page has it. */
export type Base =
  | (Pick<RepositoryView, 'headSha' | 'defaultBranch' | 'refreshedAt' | 'requireGreen'> &
      Partial<Pick<RepositoryView, 'forgeRules'>>)
  | undefined;

/**
 * What is written and not sent with this decision. The one place where it is counted, whoever asks: comments the server
 * keeps as drafts of the open review.
 */
export function unsentOf(standing: Standing): number {
  return standing.unsentComments;
}

/** What the last review asked for and nobody resolved; rows that an earlier release wrote do not say. */
function openThreadsOf(standing: Standing): number {
  return standing.openThreads ?? 0;
}

/** Everything a careful person asks before they approve or merge, in a few words each. */
export function signsOf(standing: Standing, moved: string | null): Sign[] {
  const { conflicts } = standing;
  const unsent = unsentOf(standing);
  const signs: (Sign | null)[] = [
    checkSign(standing),
    standing.atForge ? FORGE_SIGN[standing.atForge] : null,
    conflicts.length === 0
      ? null
      : {
          id: 'conflict',
          words: `Conflict in ${plural(conflicts.length, 'file')}`,
          icon: 'merge',
          tone: 'bad',
          title: conflicts.join('\n'),
        },
    unsent === 0
      ? null
      : { id: 'unsent', words: `${plural(unsent, 'comment')} not sent`, icon: 'message', tone: 'warn' },
    openThreadsOf(standing) === 0
      ? null
      : {
          id: 'threads',
          words: `${plural(openThreadsOf(standing), 'thread')} unresolved`,
          icon: 'message',
          tone: 'warn',
        },
    moved === null ? null : { id: 'moved', words: `${moved} has moved`, icon: 'branch', tone: 'quiet' },
    standing.draft ? { id: 'draft', words: 'Draft', icon: 'draft', tone: 'warn' } : null,
  ];
  return signs.filter((sign) => sign !== null);
}

const FORGE_SIGN: Readonly<Record<NonNullable<Standing['atForge']>, Sign>> = {
  passed: { id: 'forge', words: 'Pull request: checks pass', icon: 'checkCircle', tone: 'good' },
  failed: { id: 'forge', words: 'Pull request: checks failed', icon: 'xCircle', tone: 'bad' },
  pending: { id: 'forge', words: 'Pull request: checks run', icon: 'working', tone: 'quiet' },
};

function checkSign({ check, exitCode }: Standing): Sign | null {
  switch (check) {
    case 'passed':
      return { id: 'check', words: 'Checks pass', icon: 'checkCircle', tone: 'good' };
    case 'failed':
      return {
        id: 'check',
        words: exitCode === null ? 'Checks did not end' : `Checks failed (exit ${exitCode})`,
        icon: 'xCircle',
        tone: 'bad',
      };
    case 'not_run':
      return { id: 'check', words: 'No check ran', icon: 'slash', tone: 'quiet' };
    case null:
      return null;
  }
}

/** Whether its forge would merge it; null where it does not say, as in rows that an earlier release wrote. */
export function readinessOf({ judged = null }: Standing): MergeReadiness | null {
  return judged?.readiness ?? null;
}

/** Waiting does not help: something at its forge has to be changed first. */
export function needsChange(readiness: MergeReadiness | null): boolean {
  return readiness !== null && readiness !== 'ready' && readiness !== 'waits';
}

/** What merging would go against, each as a clause; empty when there is nothing to ask about. */
export function concernsOfMerge(standing: Standing, typed = 0): string[] {
  const { check, exitCode, atForge, draft } = standing;
  const red =
    check !== 'failed'
      ? null
      : exitCode === null
        ? 'the check did not end'
        : `the check failed with exit code ${exitCode}`;
  const readiness = readinessOf(standing);
  const there =
    atForge === 'failed'
      ? 'checks on the pull request failed'
      : // Where its forge asks for them, the merge waits for them.
        atForge === 'pending' && readiness !== 'waits'
        ? 'checks on the pull request have not ended'
        : null;
  return [
    red,
    there,
    needsChange(readiness) ? 'its forge does not merge it as it is' : null,
    ...concernsOfApproval(standing, typed),
    draft ? 'it is a draft' : null,
  ].filter((concern) => concern !== null);
}

/**
 * Comments that were not sent are read by nobody once the review is closed. `typed`: texts on this review that stand in
 * this browser alone, such as a plan that is being edited.
 */
export function concernsOfApproval(standing: Standing, typed = 0): string[] {
  const unsent = unsentOf(standing);
  const concerns: string[] = [];
  if (unsent > 0)
    concerns.push(
      unsent === 1 ? 'one comment was not sent to the agent' : `${unsent} comments were not sent to the agent`,
    );
  const open = openThreadsOf(standing);
  if (open > 0) concerns.push(open === 1 ? 'one thread is not resolved' : `${open} threads are not resolved`);
  if (typed > 0)
    concerns.push(
      typed === 1 ? 'a text you typed on it was not saved' : `${typed} texts you typed on it were not saved`,
    );
  return concerns;
}

/** True when the repository takes only work whose check passed, and this work's did not. */
export function isBarred(standing: Standing, base: Base): boolean {
  return base?.requireGreen === true && standing.check !== 'passed';
}

/** All ways of merging, in the order we prefer them. */
const METHODS: readonly MergeStrategy[] = ['merge', 'squash', 'rebase'];

/** Those its forge allows; rows that an earlier release wrote do not say. */
export function methodsOf(base: Base): readonly MergeStrategy[] {
  return base?.forgeRules?.mergeMethods ?? METHODS;
}

export const NO_METHOD = 'Its settings at its forge allow no way of merging. Allow one there.';

/** The base of work that may still be merged: where it moved to later says nothing about work that has ended. */
export function openBase(state: TaskViewState, base: Base): Base {
  return isEnded(state) ? undefined : base;
}

/** The base branch when it is another commit now than the one the work starts from. */
export function movedBase(standing: Standing, baseBranch: string | null, base: Base): string | null {
  const { baseSha, handedOverAt } = standing;
  if (base === undefined || base.headSha === null || base.refreshedAt === null) return null;
  // What was read before the work was handed over may be older than what the work starts from.
  if (baseSha === null || handedOverAt === null || base.refreshedAt < handedOverAt) return null;
  // Only the head of the default branch is known to the page.
  if (baseBranch !== null && baseBranch !== base.defaultBranch) return null;
  return base.headSha === baseSha ? null : base.defaultBranch;
}

/** True when a merge of this card can go ahead without a question. */
export function mergesQuietly(card: Pick<TaskCard, 'standing'>, base: Base): boolean {
  return concernsOfMerge(card.standing).length === 0 && !isBarred(card.standing, base);
}

/** Approved work that goes on only when somebody says how: it can be merged, or could not be opened at its forge. */
export function waitsForPerson({ status }: Pick<PullRequestView, 'status'>): boolean {
  return status === 'open' || status === 'unpublished';
}
