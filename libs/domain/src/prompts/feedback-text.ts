import { shown } from '@claude-codex/contracts/hidden-characters';
import type { ReviewComment } from '@claude-codex/contracts/review/events';
import { commentText } from '../said/comment-text.ts';

export interface FeedbackInput {
  readonly round: number;
  readonly summary: string;
  readonly comments: readonly Omit<ReviewComment, 'commentId'>[];
  /** Paths of documents a person wrote anew, whose text comes with the message. */
  readonly rewritten?: readonly string[];
}

/** A review that asks for changes, as the agent reads it. */
export function feedbackText({ round, summary, comments, rewritten = [] }: FeedbackInput): string {
  const sections = [
    `Changes were requested (round ${round}).`,
    summary.trim(),
    comments.map(commentText).join('\n\n'),
    rewritten.map(rewrittenText).join('\n'),
    'Work on every point, commit, and call complete_phase again when you are done. Say so when you disagree with a point.',
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** The checkout holds the agent's own text still: without this the next hand-over would undo what the person wrote. */
function rewrittenText(path: string): string {
  return `A person wrote ${shown(path)} anew, as you find it below. Go on from that text, not from your own.`;
}
