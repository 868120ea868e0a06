import type { EventMeta } from '@claude-codex/contracts/envelope';
import type { GateRule } from '@claude-codex/contracts/task/workflow';

/** Somebody who approved. */
export interface Approval {
  readonly by: string;
  readonly kind: 'person' | 'agent';
}

/** Whose approval an event says; without its meta, as rules are tried out, that of one person. */
export function approvalOf(meta: Pick<EventMeta, 'actor' | 'causedBy'> | undefined): Approval {
  if (meta === undefined) return { by: '', kind: 'person' };
  const { actor, causedBy } = meta;
  if (actor.kind === 'instance') return { by: actor.id, kind: 'agent' };
  return { by: actor.kind === 'person' ? actor.id : (causedBy ?? actor.id), kind: 'person' };
}

/** A second approval of the same is no second vote. */
export function withApproval(approvals: readonly Approval[], approval: Approval): Approval[] {
  const known = approvals.some(({ by, kind }) => by === approval.by && kind === approval.kind);
  return known ? [...approvals] : [...approvals, approval];
}

/** What approvals are still missing, to be read after "It waits for"; null when none are. */
export function missingApprovals(gate: readonly GateRule[], approvals: readonly Approval[]): string | null {
  const missing = gate.flatMap(({ by, needed }) => {
    const more = by === 'check' ? 0 : needed - approvals.filter(({ kind }) => kind === by).length;
    return more <= 0
      ? []
      : [`${more} more approval${more === 1 ? '' : 's'} by ${WHO[by][more === 1 ? 'one' : 'several']}`];
  });
  return missing.length === 0 ? null : missing.join(' and ');
}

const WHO = {
  person: { one: 'a person', several: 'people' },
  agent: { one: 'an agent', several: 'agents' },
  check: { one: 'a check', several: 'checks' },
} as const;

/** Whether these are all the approvals a gate asks for. */
export function hasApprovals(gate: readonly GateRule[], approvals: readonly Approval[]): boolean {
  return gate.every(({ by, needed }) => by === 'check' || approvals.filter(({ kind }) => kind === by).length >= needed);
}
