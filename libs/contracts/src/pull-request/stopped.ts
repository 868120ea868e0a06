import type { FollowStop } from './follow-through.ts';

/** Codes of the failure of a change that could be merged and does not go back to its agent by itself. */
const FOLLOW_THROUGH_STOPPED = 'FOLLOW_THROUGH_STOPPED';
const PUSHED_THERE = 'PUSHED_THERE';
/** Somebody pushed to its branch what is not in the work here: it can be taken in. */
const BEHIND: ReadonlySet<string> = new Set([PUSHED_THERE, 'HEAD_MOVED', 'BRANCH_TAKEN']);

type Failure = { readonly code: string } | null;

export function isStopped(failure: Failure): boolean {
  return failure?.code === FOLLOW_THROUGH_STOPPED || failure?.code === PUSHED_THERE;
}

export function isBehind(failure: Failure): boolean {
  return failure !== null && BEHIND.has(failure.code);
}

/** Why somebody has to decide about it, beside what may have kept it from being merged; null when nothing has. */
export function stoppedFailure(
  stopped: { readonly why: FollowStop; readonly detail: string } | null,
): { code: string; detail: string } | null {
  if (stopped === null) return null;
  return { code: stopped.why === 'pushed_there' ? PUSHED_THERE : FOLLOW_THROUGH_STOPPED, detail: stopped.detail };
}
