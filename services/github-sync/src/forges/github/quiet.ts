/** A blank without width: to people the word stays as it is, GitHub reads another one. */
const BREAK = '\u200b';
/** https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue */
const CLOSING = /\b([cfr])(?=(?:lose[sd]?|ix(?:e[sd])?|esolve[sd]?)\b[\s:]*(?:#|GH-|https?:|[\w.-]+\/[\w.-]+#))/gi;
/** Behind a letter or a digit it is an address of e-mail. */
const MENTION = /(?<![\w@])@(?=[a-z\d])/gi;

/**
 * A text in which others had a hand, as something that does nothing at GitHub: merged, it closes no issue, in a commit's
 * message neither, and it calls nobody. Code is no exception, because what looks like code to us may be none to GitHub.
 */
export function quiet(text: string): string {
  return text.replaceAll(CLOSING, `$1${BREAK}`).replaceAll(MENTION, `@${BREAK}`);
}
