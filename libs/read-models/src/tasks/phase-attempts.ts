import type { AttemptView, PhaseView } from '@claude-codex/contracts';
import { isUnderWay, leadingAttempt } from '@claude-codex/domain/task/attempts';

/** What of an attempt its phase shows while it leads it. */
type Shown = Partial<Omit<PhaseView, 'attempts' | 'chosen'>>;

/** A phase as the page knows it; rows that an earlier release wrote list no attempts until they are built anew. */
export function attemptsOf({ attempts, instanceId, status, round, roundLimit, reviewId }: PhaseView): AttemptView[] {
  const listed = attempts as AttemptView[] | undefined;
  if (listed !== undefined) return listed;
  if (instanceId === null || status === 'pending') return [];
  return [{ instanceId, number: 1, status, round, roundLimit, reviewId, headSha: null, evidence: null, check: null }];
}

/**
 * A change of one attempt, and what its phase shows of it when it leads. Null: the one under way, as earlier releases
 * meant it.
 */
export function changeAttempt(
  phase: PhaseView,
  instanceId: string | null,
  {
    attempt,
    shown,
    chosen = phase.chosen ?? null,
  }: { attempt: Partial<AttemptView>; shown: Shown; chosen?: string | null },
): PhaseView {
  const id = instanceId ?? phase.instanceId;
  const attempts = attemptsOf(phase).map((other) => (other.instanceId === id ? { ...other, ...attempt } : other));
  return led(phase, { attempts, chosen, changed: id, shown });
}

/**
 * One more attempt, or one that starts again. It takes the place of the one before when only one is wanted.
 */
export function startAttempt(
  phase: PhaseView,
  { instanceId, round, shown }: { instanceId: string; round: number; shown: Shown },
): PhaseView {
  const known = attemptsOf(phase);
  const begun = { status: 'running' as const, round, reviewId: null };
  if (known.some((attempt) => attempt.instanceId === instanceId)) {
    return changeAttempt(phase, instanceId, { attempt: begun, shown: { ...shown, instanceId } });
  }
  const kept = phase.chosen ?? null;
  const alone = kept !== null || (phase.attemptsWanted ?? 1) === 1;
  const before = alone ? (known.find((attempt) => attempt.instanceId === kept) ?? known.at(-1)) : undefined;
  const others = known.map((other) => (other === before ? { ...other, status: 'set_aside' as const } : other));
  const started: AttemptView = {
    instanceId,
    number: known.length + 1,
    roundLimit: before?.roundLimit ?? maxRoundsOf(phase),
    headSha: before?.headSha ?? null,
    evidence: before?.evidence ?? null,
    check: before?.check ?? null,
    ...begun,
  };
  const chosen = before !== undefined && kept === before.instanceId ? instanceId : kept;
  return led(phase, { attempts: [...others, started], chosen, changed: instanceId, shown: { ...shown, instanceId } });
}

/** Rows that an earlier release wrote do not say; they had one attempt. */
function maxRoundsOf({ maxRounds, roundLimit }: PhaseView): number {
  return (maxRounds as number | undefined) ?? roundLimit;
}

/** With every attempt set aside that is under way, but this one. */
export function othersAside(phase: PhaseView, kept: string | null): PhaseView {
  const attempts = attemptsOf(phase).map((attempt) =>
    isUnderWay(attempt) && attempt.instanceId !== kept ? { ...attempt, status: 'set_aside' as const } : attempt,
  );
  return { ...phase, attempts };
}

/** What the phase shows is that of the attempt that leads it: the one that changed, another one now, or the same as before. */
function led(
  phase: PhaseView,
  {
    attempts,
    chosen,
    changed,
    shown,
  }: { attempts: AttemptView[]; chosen: string | null; changed: string | null; shown: Shown },
): PhaseView {
  const lead = leadingAttempt({ attempts, chosen });
  const base = { ...phase, attempts, chosen };
  // Without an attempt it is the phase that changes, as in the first releases' histories.
  if (lead === null) return { ...base, ...shown };
  const own = lead.instanceId === changed ? shown : {};
  if (lead.instanceId === phase.instanceId) return { ...base, ...own };
  const { instanceId, round, roundLimit, reviewId, status } = lead;
  return {
    ...base,
    instanceId,
    round,
    roundLimit,
    reviewId,
    status: status === 'set_aside' ? 'pending' : status,
    ...own,
  };
}
