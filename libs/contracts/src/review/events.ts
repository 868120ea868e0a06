import { z } from 'zod';
import { Id } from '../ids.ts';
import { MergeStrategy } from '../pull-request/events.ts';
import { ChangeSet, Deliverable } from '../task/events.ts';
import { GateRule } from '../task/workflow.ts';

/** A comment on lines of a file. Lines count from 1 on the given side of the diff. */
export const ReviewComment = z.object({
  commentId: Id,
  path: z.string(),
  side: z.enum(['old', 'new']),
  startLine: z.number().int().positive(),
  endLine: z.number().int().positive(),
  /** The commented lines as they were, so that the agent can find them after they moved. */
  quote: z.string(),
  body: z.string(),
});
export type ReviewComment = z.infer<typeof ReviewComment>;

export const reviewEvents = {
  ReviewCreated: z.object({
    taskId: Id,
    instanceId: Id,
    phase: z.string(),
    round: z.number().int().positive(),
    subject: z.enum(['documents', 'changes']),
    summary: z.string(),
    deliverables: z.array(Deliverable),
    changes: ChangeSet.nullable(),
    /** Whose approvals it needs before it is approved, as its phase says. */
    gate: z.array(GateRule),
  }),
  ReviewCommented: z.object({ comment: ReviewComment }),
  ReviewCommentEdited: z.object({ commentId: Id, body: z.string() }),
  ReviewCommentRemoved: z.object({ commentId: Id }),
  /** A person edited a document under review; the new content replaces the deliverable. */
  DocumentRevised: z.object({ deliverable: Deliverable }),
  FileMarkedReviewed: z.object({ path: z.string(), contentHash: z.string(), reviewed: z.boolean() }),
  /**
   * One person or agent approves: the review is approved once it has what its gate asks for. `merge`: merged along with the approval, as soon as its pull request is there; the flow sees to it.
   */
  ReviewApproved: z.object({ note: z.string(), merge: MergeStrategy.nullable() }),
  ReviewChangesRequested: z.object({ summary: z.string(), comments: z.array(ReviewComment) }),
  ReviewRejected: z.object({ summary: z.string() }),
  /** The task went on without this review: cancelled, or a newer round took its place. */
  ReviewWithdrawn: z.object({ reason: z.string() }),
  /** At its forge somebody began a thread about the work of this round, which has a stream of its own. */
  ReviewThreadBegun: z.object({ threadId: Id }),
} as const;
