const DOMAIN = 'claude-codex.invalid';
export const SERVER = { name: 'Claude Codex', email: `server@${DOMAIN}` };

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601; the time of the event that asked for the merge, so that doing it again gives the same commit. */
  readonly at: string;
}

/** Names of people are not in events, so that they can be erased; their id is what a commit carries. */
export function personSignature(personId: string | null, at: string): Signature {
  return personId === null ? { ...SERVER, at } : { name: personId, email: `${personId}@users.${DOMAIN}`, at };
}

export function identityVariables(author: Signature, committedAt: string): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.at,
    GIT_COMMITTER_NAME: SERVER.name,
    GIT_COMMITTER_EMAIL: SERVER.email,
    GIT_COMMITTER_DATE: committedAt,
  };
}

/** The message with who else worked on it, said once. */
export function withCoAuthor(message: string, { name, email }: Pick<Signature, 'name' | 'email'>): string {
  const trailer = `Co-authored-by: ${name} <${email}>`;
  const text = message.trimEnd();
  if (text.includes(trailer)) return `${text}\n`;
  const hasTrailers = /\n\n(?:[A-Za-z-]+: .+\n?)+$/.test(text);
  return `${text}${hasTrailers ? '\n' : '\n\n'}${trailer}\n`;
}

/** Who did the work of every branch. */
export const AGENT = { name: 'Claude Codex agent', email: 'agent@claude-codex.invalid' };
