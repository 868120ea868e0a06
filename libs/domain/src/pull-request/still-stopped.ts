import type { EventData } from '@claude-codex/contracts/events';

/**
 * Whether what kept work from going back by itself still does, by what its forge says now: checks that pass or run anew
 * are at fault no more, and a branch that stands at our commit again is ours.
 *
 * @param headSha where our branch stands
 */
export function isStillStopped(
  { why, over }: Pick<EventData<'PullRequestFollowThroughStopped'>, 'why' | 'over'>,
  checked: Pick<EventData<'PullRequestChecked'>, 'verdict' | 'headSha'>,
  headSha: string,
): boolean {
  if (why === 'pushed_there') return checked.headSha !== headSha;
  return over === 'review' || checked.verdict === 'failed';
}
