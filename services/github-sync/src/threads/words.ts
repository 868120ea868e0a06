import type { ThreadVerdict } from '@claude-codex/contracts/thread/events';
import type { ForgeConnectionState, KnownReply, KnownThread } from '@claude-codex/domain';
import { plain } from '../desk/plain.ts';

/** In which task it was said, in Markdown. */
interface Said {
  readonly task: string;
  readonly connection: ForgeConnectionState;
}

const AGENT: Readonly<Record<ThreadVerdict, string>> = {
  done: '**The agent** of {task}: done.',
  question: '**The agent** of {task} asks:',
  objection: '**The agent** of {task} objects:',
};

/** What a thread of ours begins with at its forge, in Markdown. The account it stands under is ours: who said it is in it. */
export function openingText({ by, body }: Pick<KnownThread, 'by' | 'body'>, { task, connection }: Said): string {
  return `${nameOf(connection, by)} in ${task}:\n\n${body}`;
}

/** The same where it cannot stand at its lines: with those, as they were. */
export function openingAtFile({ by, body, quote, lines }: KnownThread, { task, connection }: Said): string {
  const { startLine, endLine } = lines;
  const where = startLine === endLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`;
  const quoted = quote === '' ? '' : `${fenced(quote)}\n\n`;
  return `${nameOf(connection, by)} in ${task}, of ${where} as they were:\n\n${quoted}${body}`;
}

export function replyText(
  { by, body, verdict }: Pick<KnownReply, 'by' | 'body' | 'verdict'>,
  { task, connection }: Said,
): string {
  const head =
    verdict === null ? `${nameOf(connection, by)} in ${task}:` : AGENT[verdict].replace('{task}', () => task);
  return `${head}\n\n${body}`;
}

/**
 * A member as people there know them: by the login an owner named. Names of people stay here: what stands there cannot be
 * taken back when somebody is forgotten.
 */
function nameOf(connection: ForgeConnectionState, personId: string): string {
  const logins = connection.status === 'none' ? {} : connection.logins;
  const [login] = Object.entries(logins).find(([, behind]) => behind.personId === personId) ?? [];
  return login === undefined ? '**A reviewer**' : `**${plain(login)}**`;
}

/** Longer than any fence in it. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/~+/g)].map(([run]) => run.length));
  const fence = '~'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}
