/** Invisible where Markdown is rendered. With the login of whoever acts for us it tells our own comments from a person's. */
export const OUR_MARK = '<!-- claude-codex -->';
