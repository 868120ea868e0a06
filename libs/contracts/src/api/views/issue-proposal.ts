import { z } from 'zod';
import { IssueNumber } from '../../forge-issues.ts';
import { Id } from '../../ids.ts';
import { ProposedIssue } from '../../issue-proposal/events.ts';

const at = z.iso.datetime();

export const ProposedIssueView = ProposedIssue.extend({
  /** `left_out`: others of the list were chosen, this one was not. `wanted`: it is being opened. */
  status: z.enum(['proposed', 'wanted', 'opened', 'refused', 'left_out']),
  /** Where it is at the forge; null until it was opened. */
  opened: z.object({ number: IssueNumber, url: z.string() }).nullable(),
  /** Why the forge did not take it. */
  refusal: z.string().nullable(),
});
export type ProposedIssueView = z.infer<typeof ProposedIssueView>;

/** Issues an agent would like to have opened, and what became of them. */
export const IssueProposalView = z.object({
  id: Id,
  taskId: Id,
  repositoryId: Id,
  instanceId: Id,
  phase: z.string(),
  status: z.enum(['open', 'accepted', 'declined']),
  issues: z.array(ProposedIssueView),
  /** Who decided, a user id; null while nobody did. */
  decidedBy: z.string().nullable(),
  /** Why not, as far as somebody said. */
  reason: z.string(),
  proposedAt: at,
});
export type IssueProposalView = z.infer<typeof IssueProposalView>;
