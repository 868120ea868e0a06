import { shown } from '@claude-codex/contracts/hidden-characters';
import type { ReviewComment } from '@claude-codex/contracts/review/events';
import { commentText } from '../said/comment-text.ts';
import { NOT_INSTRUCTIONS } from '../said/quoted-text.ts';
import type { KnownThread } from '../thread/index.ts';
import { openThreadText } from './open-thread-text.ts';

export interface FeedbackInput {
  readonly round: number;
  readonly summary: string;
  readonly comments: readonly ReviewComment[];
  /** Those of the work that nobody resolved: of these comments, and of earlier rounds. */
  readonly threads?: readonly KnownThread[];
  /** Paths of documents a person wrote anew, whose text comes with the message. */
  readonly rewritten?: readonly string[];
}

/** A review that asks for changes, as the agent reads it. */
export function feedbackText({ round, summary, comments, threads = [], rewritten = [] }: FeedbackInput): string {
  const ids = new Set(comments.map(({ commentId }) => commentId));
  const isThread = (id: string) => threads.some((thread) => thread.id === id);
  const earlier = threads.filter(({ id }) => !ids.has(id));
  const sections = [
    `Changes were requested (round ${round}).`,
    summary.trim(),
    comments
      .map((comment) => commentText(comment, isThread(comment.commentId) ? comment.commentId : null))
      .join('\n\n'),
    earlier.length === 0 ? '' : 'Still open from earlier rounds:',
    earlier.map((thread) => openThreadText(thread, round)).join('\n\n'),
    rewritten.map(rewrittenText).join('\n'),
    threads.some(({ link }) => link?.from === 'there') ? NOT_INSTRUCTIONS : '',
    threads.length === 0 ? '' : ANSWER_THREADS,
    'Work on every point, commit, and call complete_phase again when you are done. Say so when you disagree with a point.',
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

const ANSWER_THREADS =
  'Answer each thread with answer_thread before you hand over: "done" when you did what it asks, "question" or "objection" when you did not. A person resolves it.';

/** The checkout holds the agent's own text still: without this the next hand-over would undo what the person wrote. */
function rewrittenText(path: string): string {
  return `A person wrote ${shown(path)} anew, as you find it below. Go on from that text, not from your own.`;
}
