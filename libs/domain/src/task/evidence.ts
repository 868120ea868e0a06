import type { ChangeSet, Deliverable, Evidence } from '@claude-codex/contracts/task/events';
import type { Assignment } from './attempts.ts';
import { checkVerdict } from './check-verdict.ts';
import { isReviewed, missingAtGate } from './gate.ts';

export interface HandOver {
  deliverables: readonly Deliverable[];
  missingDeliverables: readonly string[];
  changes: ChangeSet | null;
  evidence: Evidence;
  /** What the agent should put right or say that it is meant so: told once in a round, then it is the reviewer's. */
  objections?: readonly string[];
}

/**
 * Why a hand-over does not count as done (T7); empty when it does. A failing check command is not a reason: its exit
 * code is recorded and whoever reviews decides; where nobody does and the gate asks for a check, the agent goes on.
 */
export function missingEvidence(phase: Omit<Assignment, 'reopened'>, handOver: HandOver): string[] {
  const reasons: string[] = [];
  if (handOver.evidence.suspicious) reasons.push('No tool was called, so nothing can have been done.');
  for (const path of handOver.missingDeliverables) reasons.push(`The deliverable ${path} does not exist.`);
  for (const path of phase.definition.deliverables) {
    const handedOver = handOver.deliverables.some((deliverable) => deliverable.path === path);
    if (!handedOver && !handOver.missingDeliverables.includes(path)) {
      reasons.push(`The deliverable ${path} was not handed over.`);
    }
  }
  const objections = (handOver.objections ?? []).filter((objection) => !phase.told.includes(objection));
  reasons.push(...objections);
  const { gate } = phase.definition;
  const check = checkVerdict(handOver.changes, handOver.evidence);
  const atGate = isReviewed(gate) ? null : missingAtGate(gate, { check });
  if (atGate !== null) reasons.push(atGate);
  // What is asked for there comes first: before that the changes are not what they will be.
  if (!phase.definition.requiresChanges || objections.length > 0) return reasons;
  if (handOver.changes === null || handOver.changes.commits.length === 0) reasons.push('There is no commit.');
  else if (handOver.changes.filesChanged === 0) reasons.push('The commits change nothing: the diff is empty.');
  else if (phase.headSha === handOver.changes.headSha) reasons.push('Nothing changed since the previous round.');
  return reasons;
}
