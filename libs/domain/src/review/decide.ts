import type { Deliverable, EventData, MergeStrategy, ReviewComment, ReviewEvent } from '@claude-codex/contracts';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveReview, initialReview, type ReviewState } from './state.ts';

export type ReviewCommand =
  | ({ type: 'CreateReview' } & EventData<'ReviewCreated'>)
  | { type: 'AddComment'; comment: ReviewComment }
  | { type: 'EditComment'; commentId: string; body: string }
  | { type: 'RemoveComment'; commentId: string }
  | { type: 'ReviseDocument'; deliverable: Deliverable }
  | ({ type: 'MarkFile' } & EventData<'FileMarkedReviewed'>)
  | { type: 'ApproveReview'; note: string; merge: MergeStrategy | null }
  /** The comments gathered so far go along. */
  | { type: 'RequestChanges'; summary: string }
  | { type: 'RejectReview'; summary: string }
  | { type: 'WithdrawReview'; reason: string };

export function decideReview(command: ReviewCommand, state: ReviewState): ReviewEvent[] {
  if (command.type === 'CreateReview') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'ReviewCreated', data }] : [];
  }
  if (state.status === 'none') return refuse('REVIEW_NOT_FOUND');
  if (state.status !== 'open') {
    if (command.type === 'WithdrawReview') return [];
    return refuse('REVIEW_ALREADY_DECIDED', { status: state.status });
  }
  switch (command.type) {
    case 'AddComment':
      if (state.comments.some(({ commentId }) => commentId === command.comment.commentId)) return [];
      return [{ type: 'ReviewCommented', data: { comment: command.comment } }];
    case 'EditComment':
      requireComment(state.comments, command.commentId);
      return [{ type: 'ReviewCommentEdited', data: { commentId: command.commentId, body: command.body } }];
    case 'RemoveComment':
      requireComment(state.comments, command.commentId);
      return [{ type: 'ReviewCommentRemoved', data: { commentId: command.commentId } }];
    case 'ReviseDocument':
      if (!state.deliverables.some(({ path }) => path === command.deliverable.path)) {
        refuse('DOCUMENT_NOT_FOUND', { path: command.deliverable.path });
      }
      return [{ type: 'DocumentRevised', data: { deliverable: command.deliverable } }];
    case 'MarkFile': {
      const { type: _type, ...data } = command;
      const same = (state.marks[data.path] === data.contentHash) === data.reviewed;
      return same ? [] : [{ type: 'FileMarkedReviewed', data }];
    }
    case 'ApproveReview':
      return [{ type: 'ReviewApproved', data: { note: command.note, merge: command.merge } }];
    case 'RequestChanges':
      if (command.summary.trim() === '' && state.comments.length === 0) {
        refuse('REVIEW_NEEDS_FEEDBACK', { field: 'summary', expected: 'a summary or at least one line comment' });
      }
      return [{ type: 'ReviewChangesRequested', data: { summary: command.summary, comments: [...state.comments] } }];
    case 'RejectReview':
      return [{ type: 'ReviewRejected', data: { summary: command.summary } }];
    case 'WithdrawReview':
      return [{ type: 'ReviewWithdrawn', data: { reason: command.reason } }];
    default:
      return unknownCommand(command);
  }
}

function requireComment(comments: readonly ReviewComment[], commentId: string): void {
  if (!comments.some((comment) => comment.commentId === commentId)) refuse('COMMENT_NOT_FOUND', { commentId });
}

export const reviewDecider: Decider<ReviewState, ReviewCommand, ReviewEvent> = {
  initialState: initialReview,
  evolve: evolveReview,
  decide: decideReview,
};
