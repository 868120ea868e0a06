import type { EventData, ReviewEvent } from '@claude-codex/contracts/events';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { ReviewComment } from '@claude-codex/contracts/review/events';
import type { ReviewMark } from '@claude-codex/contracts/review/marks';
import { withMark } from '@claude-codex/contracts/review/marks';
import type { Deliverable } from '@claude-codex/contracts/task/events';
import { type Seen, skipUnknown } from '@claude-codex/eventing/decider';
import { type Approval, approvalOf, hasApprovals, withApproval } from './approvals.ts';

export interface ReviewFacts extends EventData<'ReviewCreated'> {
  comments: readonly WrittenComment[];
  /** The documents a person wrote anew, as they stand now. */
  revised: readonly Deliverable[];
  /** Who saw which file at which content. */
  marks: readonly ReviewMark[];
  /** Who approved so far, each once: a second approval of the same is no second vote. */
  approvals: readonly Approval[];
  /** How the person who approved wished to merge along with it; null otherwise. */
  merge: MergeStrategy | null;
  /** Ids of threads that were begun at its forge. */
  begun: readonly string[];
  /** What the person who decided said; empty before that, and when they said nothing. */
  decided: string;
}

/** A comment and the person who wrote it, which its recorded event says. */
export interface WrittenComment {
  readonly comment: ReviewComment;
  readonly by: string;
}

export type ReviewState =
  | { status: 'none' }
  | ({ status: 'open' | 'approved' | 'changes_requested' | 'rejected' | 'withdrawn' } & ReviewFacts);

export const initialReview: ReviewState = { status: 'none' };

export function evolveReview(state: ReviewState, event: Seen<ReviewEvent>): ReviewState {
  if (event.type === 'ReviewCreated') return opened(event.data);
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ReviewCommented':
      return { ...state, comments: [...state.comments, { comment: event.data.comment, by: writerOf(event) }] };
    case 'ReviewCommentEdited': {
      const { commentId, body } = event.data;
      const comments = state.comments.map((written) =>
        written.comment.commentId === commentId ? { ...written, comment: { ...written.comment, body } } : written,
      );
      return { ...state, comments };
    }
    case 'ReviewCommentRemoved':
      return { ...state, comments: state.comments.filter(({ comment }) => comment.commentId !== event.data.commentId) };
    case 'DocumentRevised':
      return revised(state, event.data.deliverable);
    case 'FileMarkedReviewed': {
      const { reviewed, ...file } = event.data;
      return { ...state, marks: withMark(state.marks, { ...file, by: writerOf(event) }, reviewed) };
    }
    case 'ReviewApproved':
      return approved(state, event);
    case 'ReviewChangesRequested':
      return { ...state, status: 'changes_requested', decided: event.data.summary };
    case 'ReviewRejected':
      return { ...state, status: 'rejected', decided: event.data.summary };
    case 'ReviewWithdrawn':
      return { ...state, status: 'withdrawn' };
    case 'ReviewThreadBegun':
      return { ...state, begun: [...state.begun, event.data.threadId] };
    default:
      return skipUnknown(event, state);
  }
}

function opened(data: EventData<'ReviewCreated'>): ReviewState {
  const nothing = { comments: [], revised: [], marks: [], approvals: [], merge: null, begun: [], decided: '' };
  return { status: 'open', ...data, ...nothing };
}

type Open = Exclude<ReviewState, { status: 'none' }>;

function approved(state: Open, event: Seen<Extract<ReviewEvent, { type: 'ReviewApproved' }>>): Open {
  const approvals = withApproval(state.approvals, approvalOf(event.meta));
  const { merge, note } = event.data;
  const status = hasApprovals(state.gate, approvals) ? 'approved' : state.status;
  return { ...state, status, approvals, merge: merge ?? state.merge, decided: note };
}

function writerOf({ meta }: Seen<ReviewEvent>): string {
  if (meta === undefined) return '';
  return meta.actor.kind === 'person' ? meta.actor.id : (meta.causedBy ?? meta.actor.id);
}

function revised<State extends ReviewFacts>(state: State, document: Deliverable): State {
  const others = state.revised.filter(({ path }) => path !== document.path);
  const deliverables = state.deliverables.map((deliverable) =>
    deliverable.path === document.path ? document : deliverable,
  );
  return { ...state, deliverables, revised: [...others, document] };
}
