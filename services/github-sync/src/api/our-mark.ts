const BEGINNING = '<!-- claude-codex';

/** Invisible where Markdown is rendered. With the login of whoever acts for us it tells our own comments from a person's. */
export const OUR_MARK = `${BEGINNING} -->`;

/** That of what answers one comment. */
export function replyMark(commentId: string): string {
  return `${BEGINNING} answers ${commentId} -->`;
}

/** That of an issue we opened. */
export function issueMark(id: string): string {
  return `${BEGINNING} issue ${id} -->`;
}

/** What of a thread of ours a comment on lines is, and its id here. */
export interface ThreadMark {
  readonly kind: 'thread' | 'reply';
  readonly id: string;
}

/** That of words of a thread. */
export function threadMark({ kind, id }: ThreadMark): string {
  return `${BEGINNING} ${kind} ${id} -->`;
}

const THREAD_MARK = /^<!-- claude-codex (thread|reply) ([0-9a-hjkmnp-tv-z]{26}) -->/;

/** Null for what bears no such mark. */
export function readThreadMark(body: string): ThreadMark | null {
  const [, kind, id] = THREAD_MARK.exec(body) ?? [];
  return id === undefined ? null : { kind: kind === 'reply' ? 'reply' : 'thread', id };
}

/** Whether it says of itself to be ours. */
export function isMarked(body: string): boolean {
  return body.startsWith(BEGINNING);
}
