import type { MergeStrategy, ReviewView, TaskView } from '@claude-codex/contracts';

/** The review that waits for a decision; the newest when, against the rules, there are several. */
export function openReview(task: Pick<TaskView, 'reviews'>, subject?: ReviewView['subject']): ReviewView | undefined {
  return task.reviews.findLast(
    (review) => review.status === 'open' && (subject === undefined || review.subject === subject),
  );
}

/** True when nothing but merging comes after this review, so that approving may merge at once. */
export function isLastGate(
  task: Pick<TaskView, 'phaseDetails'>,
  review: Pick<ReviewView, 'phase' | 'subject'>,
): boolean {
  const at = task.phaseDetails.findIndex((phase) => phase.name === review.phase);
  return review.subject === 'changes' && at >= 0 && at === task.phaseDetails.length - 1;
}

const APPROVE_WORDS: readonly {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly merge: MergeStrategy | null;
}[] = [
  { id: 'merge', label: 'Approve and merge', detail: 'A merge commit', merge: 'merge' },
  { id: 'squash', label: 'Approve and squash', detail: 'One commit', merge: 'squash' },
  { id: 'rebase', label: 'Approve and rebase', detail: 'The commits, on top of the base', merge: 'rebase' },
  { id: 'only', label: 'Approve only', detail: 'Merge later', merge: null },
];

/** The ways to approve that merge along where that is allowed, the one to take first in front; at last the one that does not. */
export function waysToApprove(methods: readonly MergeStrategy[]): typeof APPROVE_WORDS {
  return APPROVE_WORDS.filter(({ merge }) => merge === null || methods.includes(merge));
}

export const MERGE_WORDS: readonly { readonly id: MergeStrategy; readonly label: string; readonly detail: string }[] = [
  { id: 'merge', label: 'Merge', detail: 'A merge commit' },
  { id: 'squash', label: 'Squash and merge', detail: 'One commit' },
  { id: 'rebase', label: 'Rebase and merge', detail: 'The commits, on top of the base' },
];

/**
 * What became of a comment, in words; null for one the agent got. Only changes that were requested carry comments: any other
 * decision leaves them behind.
 */
export function fateOfComments(status: ReviewView['status']): string | null {
  switch (status) {
    case 'open':
      return 'Draft, goes to the agent when changes are requested';
    case 'changes_requested':
      return null;
    case 'approved':
    case 'rejected':
    case 'withdrawn':
      return 'was not sent to the agent';
  }
}

/** How many of the approvals are there that its gate asks for; null where one person's is enough. */
export function approvalsOf({ gate, approvals }: Pick<ReviewView, 'gate' | 'approvals'>): string | null {
  // Rows that an earlier release wrote have neither: one person decided.
  const rules = (gate ?? []).filter(({ by }) => by !== 'check');
  const needed = rules.reduce((sum, rule) => sum + rule.needed, 0);
  if (needed <= 1 && rules.every(({ by }) => by === 'person')) return null;
  const there = rules.map(({ by, needed: most }) => Math.min(most, approvals.filter(({ kind }) => kind === by).length));
  return `${there.reduce((sum, count) => sum + count, 0)} of ${needed} approvals`;
}

export const REVIEW_STATUS: Readonly<Record<ReviewView['status'], string>> = {
  open: 'Waits for a decision',
  approved: 'Approved',
  changes_requested: 'Changes requested',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
};
