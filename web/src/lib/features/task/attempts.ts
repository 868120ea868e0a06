import type { AttemptStatus, AttemptView, PhaseView, TaskView } from '@claude-codex/contracts';
import { isEnded, phaseLook, type StateLook, type TaskFacts } from './state.ts';

/** The phase that several agents try, the last one of them; undefined in the usual case. */
export function phaseOfSeveral({ phaseDetails }: Pick<TaskView, 'phaseDetails'>): PhaseView | undefined {
  // Rows that an earlier release wrote do not say how many: there was one.
  return phaseDetails.findLast(({ attemptsWanted, attempts }) => attemptsWanted > 1 && attempts.length > 1);
}

/** What a person may keep: it was handed over, and nothing was kept so far. */
export function isToKeep({ state }: TaskFacts, { chosen }: Pick<PhaseView, 'chosen'>, attempt: AttemptView): boolean {
  return !isEnded(state) && chosen === null && (attempt.status === 'in_review' || attempt.status === 'exhausted');
}

/** An attempt says no more than its task and its phase do. */
export function attemptLook(task: TaskFacts, status: AttemptStatus): StateLook {
  return status === 'set_aside' ? { word: 'set aside', icon: 'slash', tone: 'quiet' } : phaseLook(task, status);
}

/** The attempts whose rounds are used up; of a phase that an earlier release wrote, its own. */
export function exhaustedIn(phase: PhaseView): { instanceId: string | null; round: number }[] {
  const attempts = (phase.attempts as AttemptView[] | undefined) ?? [];
  const those = attempts.filter(({ status }) => status === 'exhausted');
  if (those.length > 0 || phase.status !== 'exhausted') return those;
  return [{ instanceId: phase.instanceId, round: phase.round }];
}

/** Why an attempt came to nothing while others went on; null where other work was kept, which the list shows. */
export function whyAside(
  { instances, reviews }: Pick<TaskView, 'instances' | 'reviews'>,
  { instanceId, status, reviewId }: Pick<AttemptView, 'instanceId' | 'status' | 'reviewId'>,
): string | null {
  if (status !== 'set_aside') return null;
  const review = reviews.find(({ id }) => id === reviewId);
  if (review?.status === 'rejected') return ['It was rejected', review.decisionSummary].filter(Boolean).join(': ');
  return instances.find(({ id }) => id === instanceId)?.problem?.detail ?? null;
}
