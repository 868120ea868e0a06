import type { GateRule } from '@claude-codex/contracts/task/workflow';
import type { AttemptState } from './attempts.ts';

/** Whether a gate has somebody look at the work: then a hand-over opens a review. */
export function isReviewed(gate: readonly GateRule[]): boolean {
  return gate.some(({ by }) => by !== 'check');
}

/** Whether a gate stops for a person. */
export function stopsForPerson(gate: readonly GateRule[]): boolean {
  return gate.some(({ by }) => by === 'person');
}

/** Why work does not pass a gate besides what its review says; null when nothing else is in the way. */
export function missingAtGate(gate: readonly GateRule[], { check }: Pick<AttemptState, 'check'>): string | null {
  if (!gate.some(({ by }) => by === 'check') || check === 'passed') return null;
  return check === 'failed' ? 'Its check did not pass.' : 'No check looked at it, and one has to pass.';
}
