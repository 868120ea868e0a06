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

/** Whether it says of itself to be ours. */
export function isMarked(body: string): boolean {
  return body.startsWith(BEGINNING);
}
