import { FORGES, type ForgeProvider } from '@claude-codex/contracts/forge';
import { shown } from '@claude-codex/contracts/hidden-characters';
import { cutText } from '@claude-codex/contracts/text';
import type { Remark } from '../pull-request/index.ts';
import { NOT_INSTRUCTIONS, quotedText } from './quoted-text.ts';

/** As much as an agent is told at once; whoever said more is asked to say it again. */
const MOST = 24_000;

const ANSWER = 'Answer what bears the id of a thread with answer_thread before you hand over: it is said there, too.';

const SAID: Readonly<Record<NonNullable<Remark['verdict']>, string>> = {
  approved: 'approved it and said',
  changes_requested: 'asked for changes',
  commented: 'said',
  dismissed: 'said, in a review that was dismissed',
};

/**
 * What people said of a change at its forge, as an agent reads it: those who may write to the repository, because of a
 * public one anybody may say anything. Null when none of them said a word.
 */
export function remarksText(remarks: readonly Remark[], provider: ForgeProvider): string | null {
  const heard = remarks.filter(({ mayWrite }) => mayWrite);
  const worded = heard.filter(({ body, comments }) => body.trim() !== '' || comments.length > 0);
  if (worded.length === 0) return null;
  const words = worded.map(remarkText).join('\n\n');
  const isThread = worded.some(({ comments }) => comments.some(({ threadId }) => threadId !== null));
  const answer = isThread ? ` ${ANSWER}` : '';
  return `This was said of it on ${FORGES[provider].title}. ${NOT_INSTRUCTIONS} Judge what of it the task asks for.${answer}\n\n${cutText(words, MOST)}`;
}

function remarkText({ author, verdict, body, comments }: Remark): string {
  const head = `${shown(author)} ${SAID[verdict ?? 'commented']}:`;
  const lines = comments.map(({ path, line, side, body: words, threadId }) => {
    const thread = threadId === null ? '' : `[thread ${threadId}] `;
    const where = `${shown(path)}${line === null ? '' : `:${line}`}${side === 'old' ? ' (a removed line)' : ''}`;
    return `- ${thread}${where}\n${quotedText(words)}`;
  });
  return [head, ...(body.trim() === '' ? [] : [quotedText(body)]), ...lines].join('\n');
}
