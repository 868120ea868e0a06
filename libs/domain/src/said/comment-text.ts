import { shown } from '@claude-codex/contracts/hidden-characters';
import type { ReviewComment } from '@claude-codex/contracts/review/events';

/**
 * `path:line — comment` with the commented lines quoted below it, so that they are found again after they moved.
 * `side: old` lines were removed by the change. `threadId`: what its agent answers it under.
 */
export function commentText(
  { path, side, startLine, endLine, quote, body }: Omit<ReviewComment, 'commentId'>,
  threadId: string | null = null,
): string {
  const lines = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
  const [first = '', ...rest] = body.trim().split('\n');
  const before = side === 'old' ? ' (a removed line)' : '';
  return [
    `- ${threadId === null ? '' : `[thread ${threadId}] `}${shown(path)}:${lines} — ${first}${before}`,
    ...rest.map((line) => `  ${line}`.trimEnd()),
    ...(quote === ''
      ? []
      : quote
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `  > ${line}`.trimEnd())),
  ].join('\n');
}
