import type { ReviewView, TaskView } from '@claude-codex/contracts';
import { attemptReviewed } from '@claude-codex/contracts/review/standing';

type Shown = Pick<TaskView, 'reviews' | 'phaseDetails' | 'nextAction'>;

/** The reviews of a task that have a diff, in the order they were opened. */
export function roundsOf({ reviews }: Pick<TaskView, 'reviews'>): ReviewView[] {
  return reviews.filter(({ subject }) => subject === 'changes');
}

/**
 * Whose diff is shown: the review that was chosen, else the newest one of the agent whose work is being read. Where several
 * agents try a phase, another one that hands over meanwhile must not take its place: the buttons below decide about what is
 * shown. Who reads nothing yet begins with the work that was kept, or with the review that the task asks for next.
 */
export function roundToShow(
  task: Shown,
  { chosen, reading }: { chosen: string | null; reading: string | null },
): ReviewView | null {
  const rounds = roundsOf(task);
  const newest = rounds.at(-1) ?? null;
  const named = rounds.find(({ id }) => id === chosen);
  if (named !== undefined || newest === null || attemptReviewed(task, newest) === null) return named ?? newest;
  const ofAgent = (id: string | null | undefined) => rounds.findLast(({ instanceId }) => instanceId === id);
  const kept = task.phaseDetails.find(({ name }) => name === newest.phase)?.chosen;
  const next = task.nextAction?.kind === 'review' ? task.nextAction.targetId : null;
  return ofAgent(reading) ?? ofAgent(kept) ?? rounds.find(({ id }) => id === next) ?? newest;
}
