import { currentPhase, isEnded, type PullRequestState, type TaskFacts, type TaskState } from '@claude-codex/domain';
import { plain } from './plain.ts';

type Known = Exclude<PullRequestState, { status: 'none' }>;

const FOR = { checks: 'the checks that failed', review: 'what was asked for in a review' } as const;

/**
 * What is being done about a pull request, for those who read it at its forge, in Markdown. Null as long as nothing of it
 * went back by itself or stopped doing so: the pull request says the rest.
 *
 * @param link where its task is
 */
export function noteOf(pullRequest: Known, task: TaskState, link: string): string | null {
  if (task.status === 'none' || isEnded(task)) return null;
  const { stopped = null } = pullRequest;
  if (pullRequest.status === 'open' && stopped !== null)
    return `**Stopped.** ${plain(stopped.detail)} Somebody decides how it goes on in ${link}.`;
  if (task.automatic === null) return null;
  if (pullRequest.status === 'open')
    return `${roundOf(task)} Its work was approved and stands here. What comes next is in ${link}.`;
  return pullRequest.status === 'closed' && pullRequest.atForge === 'stays_open' ? underWay(task, link) : null;
}

function roundOf({ automatic }: TaskFacts): string {
  return automatic === null ? '' : `**Round ${automatic.round} of ${automatic.of}.**`;
}

function underWay(task: TaskFacts, link: string): string | null {
  const phase = currentPhase(task);
  if (phase === null || task.automatic === null) return null;
  const isOfItself = phase.reopened?.reason === 'forge';
  const round = isOfItself ? `${roundOf(task)} ` : '';
  if (phase.status === 'in_review') return `${round}The work waits for review in ${link}; it is not pushed before.`;
  if (phase.status === 'exhausted') return `${round}Somebody decides how it goes on in ${link}.`;
  const what = isOfItself ? FOR[task.automatic.over] : 'what somebody wants otherwise';
  return `${round}The agent works on ${what}: ${link}.`;
}
