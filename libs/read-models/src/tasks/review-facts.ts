import { idOf, type RecordedEvent, type ReviewView, type reviewEvents, type TaskView } from '@claude-codex/contracts';
import { withMark } from '@claude-codex/contracts/review/marks';
import type { GateRule } from '@claude-codex/contracts/task/workflow';
import { approvalOf, hasApprovals, withApproval } from '@claude-codex/domain/review/approvals';
import { changeById, type Facts, personOf, putById } from './facts.ts';
import { withDocument } from './task-facts.ts';

const ONE_PERSON: GateRule[] = [{ by: 'person', needed: 1 }];

/** What people do with the work handed over. */
export const reviewFacts: Facts<keyof typeof reviewEvents> = {
  ReviewCreated(view, { data, stream, at }) {
    const review: ReviewView = {
      id: idOf(stream),
      ...data,
      status: 'open',
      approvals: [],
      replaced: [],
      comments: [],
      reviewedFiles: [],
      decisionSummary: null,
      decidedBy: null,
      createdAt: at,
      decidedAt: null,
    };
    const instances = changeById(view.instances, data.instanceId, { activity: 'Waiting for a review' });
    return { ...view, reviews: putById(view.reviews, review), instances };
  },
  ReviewCommented: (view, event) =>
    change(view, event, ({ comments }) => ({ comments: [...comments, { ...event.data.comment, by: byOf(event) }] })),
  ReviewCommentEdited: (view, event) =>
    change(view, event, ({ comments }) => ({
      comments: comments.map((comment) =>
        comment.commentId === event.data.commentId ? { ...comment, body: event.data.body } : comment,
      ),
    })),
  ReviewCommentRemoved: (view, event) =>
    change(view, event, ({ comments }) => ({
      comments: comments.filter(({ commentId }) => commentId !== event.data.commentId),
    })),
  DocumentRevised(view, event) {
    const { deliverable } = event.data;
    const phase = view.reviews.find(({ id }) => id === idOf(event.stream))?.phase;
    if (phase === undefined) return view;
    const documents = withDocument(view.documents, { ...deliverable, phase, revisedBy: byOf(event) });
    return change({ ...view, documents }, event, ({ deliverables, replaced }) => ({
      replaced: [
        ...replaced,
        ...deliverables
          .filter(({ path }) => path === deliverable.path)
          .map((was) => ({ ...was, replacedBy: byOf(event) })),
      ],
      deliverables: deliverables.map((other) => (other.path === deliverable.path ? deliverable : other)),
    }));
  },
  FileMarkedReviewed(view, event) {
    const { reviewed, ...file } = event.data;
    const mark = { ...file, by: byOf(event) };
    return change(view, event, ({ reviewedFiles }) => ({ reviewedFiles: withMark(reviewedFiles, mark, reviewed) }));
  },
  ReviewApproved(view, event) {
    const { note } = event.data;
    return change(view, event, (before) => {
      // Rows that an earlier release wrote have neither until they are built anew: one person was enough.
      const { gate = ONE_PERSON, approvals: known = [] } = before as Partial<ReviewView>;
      const approvals = withApproval(known, approvalOf(event.meta));
      if (!hasApprovals(gate, approvals)) return { approvals };
      const decision = { status: 'approved' as const, decisionSummary: note };
      return { approvals, ...decision, decidedBy: personOf(event), decidedAt: event.at };
    });
  },
  ReviewChangesRequested: (view, event) =>
    decide(view, event, { status: 'changes_requested', decisionSummary: event.data.summary }),
  ReviewRejected: (view, event) => decide(view, event, { status: 'rejected', decisionSummary: event.data.summary }),
  ReviewWithdrawn: (view, event) => decide(view, event, { status: 'withdrawn', decisionSummary: event.data.reason }),
  ReviewThreadBegun: (view) => view,
};

function change(
  view: TaskView,
  { stream }: RecordedEvent,
  changes: (before: ReviewView) => Partial<ReviewView>,
): TaskView {
  const id = idOf(stream);
  const before = view.reviews.find((review) => review.id === id);
  return before === undefined ? view : { ...view, reviews: changeById(view.reviews, id, changes(before)) };
}

function decide(
  view: TaskView,
  event: RecordedEvent,
  decision: Pick<ReviewView, 'status' | 'decisionSummary'>,
): TaskView {
  return change(view, event, () => ({ ...decision, decidedBy: personOf(event), decidedAt: event.at }));
}

function byOf(event: RecordedEvent): string {
  return personOf(event) ?? event.meta.actor.id;
}
