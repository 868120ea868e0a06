import type { ReviewEvent } from '@claude-codex/contracts/events';
import type { Seen } from '@claude-codex/eventing/decider';
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
    gate: [{ by: 'person', needed: 1 }],
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
const by = (id: string) => ({ actor: { kind: 'person' as const, id }, causedBy: null });
const commented: Seen<ReviewEvent> = { type: 'ReviewCommented', data: { comment }, meta: by('ada') };

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
    given([createdEvent, commented])
      .when({ type: 'RemoveComment', commentId: COMMENT, by: 'ada', isOwner: false })
      .then([removed]);
    given([createdEvent, commented, removed])
      .when({ type: 'EditComment', commentId: COMMENT, body: 'b', by: 'ada' })
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

  it('lets only who wrote a comment change it; an owner may delete it', () => {
    const edit = (who: string) =>
      given([createdEvent, commented]).when({ type: 'EditComment', commentId: COMMENT, body: 'mine', by: who });
    const remove = (who: string, isOwner: boolean) =>
      given([createdEvent, commented]).when({ type: 'RemoveComment', commentId: COMMENT, by: who, isOwner });
    edit('ada').then([{ type: 'ReviewCommentEdited', data: { commentId: COMMENT, body: 'mine' } }]);
    edit('eve').refusedWith('COMMENT_OF_ANOTHER');
    remove('eve', false).refusedWith('COMMENT_OF_ANOTHER');
    remove('owen', true).then([{ type: 'ReviewCommentRemoved', data: { commentId: COMMENT } }]);
  });

  it('binds a reviewed mark to the person, the file and its content', () => {
    const mark = { path: 'a.ts', contentHash: 'h1', reviewed: true };
    const marked: Seen<ReviewEvent> = { type: 'FileMarkedReviewed', data: mark, meta: by('ada') };
    const when = (history: Seen<ReviewEvent>[], who: string, change: object = {}) =>
      given([createdEvent, ...history]).when({ type: 'MarkFile', ...mark, ...change, by: who });
    when([], 'ada').then([{ type: 'FileMarkedReviewed', data: mark }]);
    when([marked], 'ada').thenNothing();
    // Two reviewers: neither sees nor takes away the mark of the other.
    when([marked], 'grace').then([{ type: 'FileMarkedReviewed', data: mark }]);
    when([marked], 'grace', { reviewed: false }).thenNothing();
    const taken: Seen<ReviewEvent> = { ...marked, data: { ...mark, reviewed: false }, meta: by('grace') };
    when([marked, taken], 'ada').thenNothing();
    when([marked], 'ada', { contentHash: 'h2', reviewed: false }).thenNothing();
  });
});
