import type { ReviewEvent } from '@claude-codex/contracts';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { CODER, plan, TASK } from '../spec/samples.ts';
import { reviewDecider } from './index.ts';

const given = specFor(reviewDecider);
const COMMENT = '01jd0000000000000000000008';
const createdEvent: ReviewEvent = {
  type: 'ReviewCreated',
  data: {
    taskId: TASK,
    instanceId: CODER,
    phase: 'plan',
    round: 1,
    subject: 'documents',
    summary: 's',
    deliverables: [plan],
    changes: null,
  },
};
const comment = {
  commentId: COMMENT,
  path: 'a.ts',
  side: 'new' as const,
  startLine: 1,
  endLine: 2,
  quote: 'x',
  body: 'why?',
};
const commented: ReviewEvent = { type: 'ReviewCommented', data: { comment } };

describe('a review', () => {
  it('sends the comments gathered so far along with its verdict', () => {
    given([createdEvent, commented])
      .when({ type: 'RequestChanges', summary: '' })
      .then([{ type: 'ReviewChangesRequested', data: { summary: '', comments: [comment] } }]);
  });

  it('asks for changes only when it says which', () => {
    given([createdEvent]).when({ type: 'RequestChanges', summary: ' ' }).refusedWith('REVIEW_NEEDS_FEEDBACK');
  });

  it('is decided once', () => {
    const approvedEvent: ReviewEvent = { type: 'ReviewApproved', data: { note: '', merge: null } };
    given([createdEvent]).when({ type: 'ApproveReview', note: '', merge: null }).then([approvedEvent]);
    given([createdEvent, approvedEvent])
      .when({ type: 'RejectReview', summary: 'no' })
      .refusedWith('REVIEW_ALREADY_DECIDED', { status: 'approved' });
    given([createdEvent, approvedEvent]).when({ type: 'WithdrawReview', reason: '' }).thenNothing();
  });

  it('forgets a removed comment and refuses to edit it', () => {
    const removed: ReviewEvent = { type: 'ReviewCommentRemoved', data: { commentId: COMMENT } };
    given([createdEvent, commented]).when({ type: 'RemoveComment', commentId: COMMENT }).then([removed]);
    given([createdEvent, commented, removed])
      .when({ type: 'EditComment', commentId: COMMENT, body: 'b' })
      .refusedWith('COMMENT_NOT_FOUND');
  });

  it('keeps the newest revision of a document', () => {
    const revised = { ...plan, blobId: 'b2', sha256: 'b2' };
    const event: ReviewEvent = { type: 'DocumentRevised', data: { deliverable: revised } };
    given([createdEvent]).when({ type: 'ReviseDocument', deliverable: revised }).then([event]);
    given([createdEvent, event]).thenState((state) => {
      expect(state.status === 'none' ? [] : state.deliverables).toEqual([revised]);
    });
    given([createdEvent])
      .when({ type: 'ReviseDocument', deliverable: { ...plan, path: 'X.md' } })
      .refusedWith('DOCUMENT_NOT_FOUND');
  });

  it('binds a reviewed mark to the content', () => {
    const mark = { path: 'a.ts', contentHash: 'h1', reviewed: true };
    const marked: ReviewEvent = { type: 'FileMarkedReviewed', data: mark };
    given([createdEvent])
      .when({ type: 'MarkFile', ...mark })
      .then([marked]);
    given([createdEvent, marked])
      .when({ type: 'MarkFile', ...mark })
      .thenNothing();
  });
});
