import { cutText } from '@claude-codex/contracts/text';
import { currentPhase, type QuestionState, type TaskState } from '@claude-codex/domain';
import { plain } from '../desk/plain.ts';

export type Asked = Extract<QuestionState, { status: 'open' }>['asked'];

/** Where the work of a task stands at the forge of the issue. */
export interface Offered {
  readonly number: number;
  /** It waits there; otherwise more work is under way for it. */
  readonly isOpen: boolean;
}

export interface IssueNoteParts {
  /** Where the task is. */
  readonly link: string;
  /** What it waits to have answered, oldest first. */
  readonly asked: readonly Asked[];
  /** Null as long as nothing of it stands there. */
  readonly offered: Offered | null;
  /** Whether people can answer below the issue. */
  readonly takesCommands: boolean;
}

const QUESTION_LENGTH = 1_000;
const OPTION_LENGTH = 200;

/** How the task from an issue stands, for those who read the issue, in Markdown. Null of one that was never begun. */
export function issueNoteOf(task: TaskState, parts: IssueNoteParts): string | null {
  const { link, offered } = parts;
  const work = offered === null ? '' : ` Its work is pull request #${offered.number}.`;
  switch (task.status) {
    case 'none':
    case 'draft':
    case 'deleted':
      return null;
    case 'queued':
      return `**Waits to start.** ${link} is next as soon as an agent has room.`;
    case 'paused':
      return `**Paused.** Somebody resumes it in ${link}.${work}`;
    case 'completed':
      return offered === null
        ? `**Done.** What came of it is in ${link}.`
        : `**Merged.** Pull request #${offered.number} of ${link} is part of the code.`;
    case 'failed':
      return `**Failed.** Why, and how it goes on, is in ${link}.${work}`;
    case 'cancelled':
      return `**Cancelled.** Nothing more is done for it in ${link}.${work}`;
    case 'running':
      return runningNote(currentPhase(task)?.status ?? null, parts);
  }
}

function runningNote(phase: string | null, { link, asked, offered, takesCommands }: IssueNoteParts): string {
  const [question] = asked;
  if (question !== undefined)
    return questionNote(question, { link, isAnsweredHere: takesCommands && asked.length === 1 });
  if (phase === null && offered?.isOpen === true)
    return `**Pull request #${offered.number}** is the work of ${link}: approved here, and offered.`;
  const more = offered === null ? '' : ` Pull request #${offered.number} gets what comes of it.`;
  if (phase === 'in_review') return `**In review.** The work waits for somebody to look at it in ${link}.${more}`;
  if (phase === 'exhausted') return `**Stopped.** Somebody decides how it goes on in ${link}.${more}`;
  return `**At work.** An agent works on ${link}.${more}`;
}

function questionNote(asked: Asked, { link, isAnsweredHere }: { link: string; isAnsweredHere: boolean }): string {
  const words = cutText(asked.question, QUESTION_LENGTH).split('\n');
  const quoted = words.map((line) => `> ${plain(line)}`);
  const options = asked.options.map(({ label }, index) => `${index + 1}. ${plain(cutText(label, OPTION_LENGTH))}`);
  const number = options.length === 0 ? '' : ' or the number of an option';
  // What an agent may do on this server is answered by those who answer for it.
  const isHere = isAnsweredHere && asked.category !== 'permission';
  const how = isHere ? `Answer in ${link}, or here: \`/codex answer …\`${number}.` : `Answer in ${link}.`;
  return ['**Asks.**', quoted.join('\n'), ...(options.length === 0 ? [] : [options.join('\n')]), how].join('\n\n');
}
