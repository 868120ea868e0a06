import type { EventData } from '@claude-codex/contracts/events';
import type { Deliverable } from '@claude-codex/contracts/task/events';
import type { AttemptStatus, CheckVerdict, PhaseStatus } from '@claude-codex/contracts/task/phase';
import type { PhaseDefinition } from '@claude-codex/contracts/task/workflow';
import type { AgentKind } from '@claude-codex/contracts/worker/protocol';

/** One instance's try at a phase. */
export interface AttemptState {
  instanceId: string;
  kind: AgentKind;
  /** In the order of their start, from 1. */
  number: number;
  status: AttemptStatus;
  round: number;
  /** A review that asks for changes in this round or later has a person decide how to go on. */
  roundLimit: number;
  reviewId: string | null;
  headSha: string | null;
  deliverables: readonly Deliverable[];
  /** Why hand-overs were refused in this round: what the agent was told once it is not told again. */
  told: readonly string[];
  /** What the check said about the work handed over last. */
  check: CheckVerdict | null;
}

export interface PhaseState {
  definition: PhaseDefinition;
  /** That of the attempt that leads it. */
  status: PhaseStatus;
  attempts: readonly AttemptState[];
  /** The instance whose work counts; null until one was kept. From then on no other attempt is wanted. */
  chosen: string | null;
  /** Why the work was taken up again; an agent that is new to it has to know. Null in the usual case. */
  reopened: Pick<EventData<'PhaseReopened'>, 'reason' | 'detail' | 'conflicts'> | null;
}

/** What an agent was told to do: its attempt, and what that is an attempt at. */
export type Assignment = AttemptState & Pick<PhaseState, 'definition' | 'reopened'>;

const UNDER_WAY: ReadonlySet<AttemptStatus> = new Set(['running', 'rework', 'in_review', 'exhausted']);

/** Neither approved nor set aside. */
export function isUnderWay({ status }: Pick<AttemptState, 'status'>): boolean {
  return UNDER_WAY.has(status);
}

/** Whether its agent has something to do. */
export function isWorking({ status }: Pick<AttemptState, 'status'>): boolean {
  return status === 'running' || status === 'rework';
}

export function attemptsUnderWay({ attempts }: Pick<PhaseState, 'attempts'>): readonly AttemptState[] {
  return attempts.filter(isUnderWay);
}

/** How many agents should try a phase at once: what its workflow says, until the work of one of them was kept. */
export function attemptsWanted({ definition, chosen }: Pick<PhaseState, 'definition' | 'chosen'>): number {
  return chosen === null ? definition.attempts : 1;
}

/**
 * The attempt that says how far its phase is: the one that was kept, else one that waits for a decision, else the newest.
 * Null before the first.
 */
export function leadingAttempt<Attempt extends Pick<AttemptState, 'instanceId' | 'status'>>({
  attempts,
  chosen,
}: {
  readonly attempts: readonly Attempt[];
  readonly chosen: string | null;
}): Attempt | null {
  const kept = attempts.find(({ instanceId, status }) => instanceId === chosen && status !== 'set_aside');
  const under = attempts.filter(isUnderWay);
  return (
    kept ??
    under.find(({ status }) => status === 'in_review') ??
    under.findLast(isWorking) ??
    under.at(-1) ??
    attempts.at(-1) ??
    null
  );
}

/** Whose place an attempt takes that starts now, so that it goes on from there; null: it begins beside the others. */
export function placeToTake(phase: Pick<PhaseState, 'definition' | 'attempts' | 'chosen'>): AttemptState | null {
  if (attemptsWanted(phase) > 1) return null;
  return phase.attempts.find(({ instanceId }) => instanceId === phase.chosen) ?? phase.attempts.at(-1) ?? null;
}

/**
 * The attempt an event is about. Earlier releases, where a phase had one attempt at a time, did not say (null): it is the
 * one under way.
 */
export function attemptNamed(phase: PhaseState, instanceId: string | null): AttemptState | null {
  if (instanceId === null) return leadingAttempt(phase);
  return phase.attempts.find((attempt) => attempt.instanceId === instanceId) ?? null;
}

/** The attempt of a review. */
export function attemptReviewedIn(phase: PhaseState, reviewId: string): AttemptState | null {
  return phase.attempts.findLast((attempt) => attempt.reviewId === reviewId) ?? null;
}

/** What an instance is at work on in one of these phases, or was last; null when nothing was ever its. */
export function assignmentOf(phases: readonly PhaseState[], instanceId: string, phase?: string): Assignment | null {
  const all = phases.flatMap(({ definition, reopened, attempts }): Assignment[] => {
    const own = attempts.find((attempt) => attempt.instanceId === instanceId);
    return own === undefined || (phase ?? definition.name) !== definition.name
      ? []
      : [{ ...own, definition, reopened }];
  });
  return all.find(isWorking) ?? all.at(-1) ?? null;
}

/** The same phase with another list of attempts, and the status that follows from them. */
export function withAttempts(phase: PhaseState, attempts: readonly AttemptState[], chosen = phase.chosen): PhaseState {
  const lead = leadingAttempt({ attempts, chosen });
  const status = lead === null || lead.status === 'set_aside' ? 'pending' : lead.status;
  return { ...phase, attempts, chosen, status };
}

/** With this attempt changed; the phase as it is when it has no such attempt. */
export function changeAttempt(
  phase: PhaseState,
  attempt: AttemptState | null,
  change: Partial<AttemptState>,
  chosen = phase.chosen,
): PhaseState {
  if (attempt === null) return phase;
  const attempts = phase.attempts.map((other) =>
    other.instanceId === attempt.instanceId ? { ...other, ...change } : other,
  );
  return withAttempts(phase, attempts, chosen);
}

/** With every attempt set aside that is under way, but this one. */
export function othersAside(phase: PhaseState, kept: string | null): PhaseState {
  const attempts = phase.attempts.map((attempt) =>
    isUnderWay(attempt) && attempt.instanceId !== kept ? { ...attempt, status: 'set_aside' as const } : attempt,
  );
  return withAttempts(phase, attempts);
}

/** With one more attempt, or one that starts again. Where it takes the place of another, that one is set aside. */
export function startAttempt(
  phase: PhaseState,
  { instanceId, kind, round, maxRounds }: { instanceId: string; kind: AgentKind; round: number; maxRounds: number },
): PhaseState {
  const begun = { status: 'running' as const, round, reviewId: null, told: [] };
  const again = phase.attempts.find((attempt) => attempt.instanceId === instanceId);
  if (again !== undefined) return changeAttempt(phase, again, begun);
  const before = placeToTake(phase);
  const started: AttemptState = {
    instanceId,
    kind,
    number: phase.attempts.length + 1,
    roundLimit: before?.roundLimit ?? maxRounds,
    headSha: before?.headSha ?? null,
    deliverables: before?.deliverables ?? [],
    check: before?.check ?? null,
    ...begun,
  };
  const others = before === null ? phase : changeAttempt(phase, before, { status: 'set_aside' });
  const chosen = before !== null && phase.chosen === before.instanceId ? instanceId : phase.chosen;
  return withAttempts(phase, [...others.attempts, started], chosen);
}
