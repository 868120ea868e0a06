import type { ReviewComment } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';

export interface FeedbackInput {
  readonly round: number;
  readonly summary: string;
  readonly comments: readonly Omit<ReviewComment, 'commentId'>[];
}

/**
 * A review that asks for changes, as the agent reads it: one `- path:line — comment` per comment with the commented
 * lines quoted below it, so that they are found again after they moved. `side: old` lines were removed by the change.
 */
export function feedbackText({ round, summary, comments }: FeedbackInput): string {
  const sections = [
    `Changes were requested (round ${round}).`,
    summary.trim(),
    comments.map(commentText).join('\n\n'),
    'Work on every point, commit, and call complete_phase again when you are done. Say so when you disagree with a point.',
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function commentText({ path, side, startLine, endLine, quote, body }: FeedbackInput['comments'][number]): string {
  const lines = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
  const [first = '', ...rest] = body.trim().split('\n');
  const before = side === 'old' ? ' (a removed line)' : '';
  return [
    `- ${shown(path)}:${lines} — ${first}${before}`,
    ...rest.map((line) => `  ${line}`.trimEnd()),
    ...(quote === ''
      ? []
      : quote
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `  > ${line}`.trimEnd())),
  ].join('\n');
}
