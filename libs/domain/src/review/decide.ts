import type { EventData, ReviewEvent } from '@claude-codex/contracts/events';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { ReviewComment } from '@claude-codex/contracts/review/events';
import { isSameMark } from '@claude-codex/contracts/review/marks';
import type { Deliverable } from '@claude-codex/contracts/task/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveReview, initialReview, type ReviewState, type WrittenComment } from './state.ts';

export type ReviewCommand =
  | ({ type: 'CreateReview' } & EventData<'ReviewCreated'>)
  | { type: 'AddComment'; comment: ReviewComment }
  /** `by`: only who wrote it changes its words. */
  | { type: 'EditComment'; commentId: string; body: string; by: string }
  | { type: 'RemoveComment'; commentId: string; by: string; isOwner: boolean }
  | { type: 'ReviseDocument'; deliverable: Deliverable }
  | ({ type: 'MarkFile'; by: string } & EventData<'FileMarkedReviewed'>)
  | { type: 'ApproveReview'; note: string; merge: MergeStrategy | null }
  /** The comments gathered so far go along. */
  | { type: 'RequestChanges'; summary: string }
  | { type: 'RejectReview'; summary: string }
  | { type: 'WithdrawReview'; reason: string }
  /** Whether it is decided or not: at its forge people go on. */
  | { type: 'NoteThread'; threadId: string };

export function decideReview(command: ReviewCommand, state: ReviewState): ReviewEvent[] {
  if (command.type === 'CreateReview') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'ReviewCreated', data }] : [];
  }
  if (state.status === 'none') return refuse('REVIEW_NOT_FOUND');
  if (command.type === 'NoteThread') {
    const { threadId } = command;
    return state.begun.includes(threadId) ? [] : [{ type: 'ReviewThreadBegun', data: { threadId } }];
  }
  if (state.status !== 'open') {
    if (command.type === 'WithdrawReview') return [];
    return refuse('REVIEW_ALREADY_DECIDED', { status: state.status });
  }
  switch (command.type) {
    case 'AddComment':
      if (state.comments.some(({ comment }) => comment.commentId === command.comment.commentId)) return [];
      return [{ type: 'ReviewCommented', data: { comment: command.comment } }];
    case 'EditComment':
      if (writerOf(state.comments, command.commentId) !== command.by) refuse('COMMENT_OF_ANOTHER');
      return [{ type: 'ReviewCommentEdited', data: { commentId: command.commentId, body: command.body } }];
    case 'RemoveComment':
      if (writerOf(state.comments, command.commentId) !== command.by && !command.isOwner) refuse('COMMENT_OF_ANOTHER');
      return [{ type: 'ReviewCommentRemoved', data: { commentId: command.commentId } }];
    case 'ReviseDocument':
      if (!state.deliverables.some(({ path }) => path === command.deliverable.path)) {
        refuse('DOCUMENT_NOT_FOUND', { path: command.deliverable.path });
      }
      return [{ type: 'DocumentRevised', data: { deliverable: command.deliverable } }];
    case 'MarkFile': {
      const { type: _type, by, ...data } = command;
      const isMarked = state.marks.some((mark) => isSameMark(mark, { ...data, by }));
      return isMarked === data.reviewed ? [] : [{ type: 'FileMarkedReviewed', data }];
    }
    case 'ApproveReview':
      return [{ type: 'ReviewApproved', data: { note: command.note, merge: command.merge } }];
    case 'RequestChanges':
      if (command.summary.trim() === '' && state.comments.length === 0) {
        refuse('REVIEW_NEEDS_FEEDBACK', { field: 'summary', expected: 'a summary or at least one line comment' });
      }
      return [
        {
          type: 'ReviewChangesRequested',
          data: { summary: command.summary, comments: state.comments.map(({ comment }) => comment) },
        },
      ];
    case 'RejectReview':
      return [{ type: 'ReviewRejected', data: { summary: command.summary } }];
    case 'WithdrawReview':
      return [{ type: 'ReviewWithdrawn', data: { reason: command.reason } }];
    default:
      return unknownCommand(command);
  }
}

function writerOf(comments: readonly WrittenComment[], commentId: string): string {
  const written = comments.find(({ comment }) => comment.commentId === commentId);
  return written === undefined ? refuse('COMMENT_NOT_FOUND', { commentId }) : written.by;
}

export const reviewDecider: Decider<ReviewState, ReviewCommand, ReviewEvent> = {
  initialState: initialReview,
  evolve: evolveReview,
  decide: decideReview,
};
