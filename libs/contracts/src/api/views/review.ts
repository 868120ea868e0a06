import { z } from 'zod';
import { Id } from '../../ids.ts';
import { ReviewComment } from '../../review/events.ts';
import { ChangeSet, Deliverable } from '../../task/events.ts';
import { GateRule } from '../../task/workflow.ts';

const at = z.iso.datetime();

export const ReviewView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  phase: z.string(),
  round: z.number(),
  subject: z.enum(['documents', 'changes']),
  summary: z.string(),
  deliverables: z.array(Deliverable),
  /** Texts of its documents that people put others in the place of, oldest first. `replacedBy` is a user id. */
  replaced: z.array(Deliverable.extend({ replacedBy: z.string() })),
  changes: ChangeSet.nullable(),
  status: z.enum(['open', 'approved', 'changes_requested', 'rejected', 'withdrawn']),
  /** Whose approvals it needs, and those it has. */
  gate: z.array(GateRule),
  approvals: z.array(z.object({ by: z.string(), kind: z.enum(['person', 'agent']) })),
  /** Comments of the open review (drafts) or those submitted with the decision. `by` is a user id. */
  comments: z.array(ReviewComment.extend({ by: z.string() })),
  /** path → content hash that was marked as reviewed, by user id. */
  reviewedFiles: z.array(z.object({ path: z.string(), contentHash: z.string(), by: z.string() })),
  decisionSummary: z.string().nullable(),
  decidedBy: z.string().nullable(),
  createdAt: at,
  decidedAt: at.nullable(),
});
export type ReviewView = z.infer<typeof ReviewView>;
