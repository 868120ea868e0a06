import type { TaskView } from '@claude-codex/contracts';
import type { Drafts } from '#lib/drafts/drafts.ts';
import { REVIEW_STATUS } from './review.ts';

/** Words for something that is decided by now: nobody will get them unless their writer does something. */
export interface KeptWords {
  readonly place: string;
  readonly text: string;
  /** What happened meanwhile, such as `Ada approved it`. */
  readonly why: string;
}

type Decided = Pick<TaskView, 'reviews' | 'questions' | 'dependencies'>;

/** Everything typed in this task that its place no longer takes: somebody else decided first, or it was withdrawn. */
export function keptWords(task: Decided, drafts: Drafts, nameOf: (userId: string | null) => string): KeptWords[] {
  const found = (prefix: string, why: string): KeptWords[] =>
    drafts.under(prefix).map((place) => ({ place, text: drafts.read(place), why }));
  const reviews = task.reviews.flatMap((review) => {
    if (review.status === 'open') return [];
    const by = review.decidedBy === null ? '' : ` by ${nameOf(review.decidedBy)}`;
    const why = `The review (round ${review.round}) was ${REVIEW_STATUS[review.status].toLowerCase()}${by}.`;
    return [`decision:${review.id}`, `comment:${review.id}:`, `document:${review.id}:`].flatMap((prefix) =>
      found(prefix, why),
    );
  });
  const questions = task.questions.flatMap((question) => {
    if (question.status === 'open') return [];
    const by = question.answeredBy === null ? 'It took its default answer' : `${nameOf(question.answeredBy)} answered`;
    return found(
      `answer:${question.id}`,
      question.status === 'withdrawn' ? 'The question was withdrawn.' : `${by}: “${question.question}”`,
    );
  });
  const dependencies = task.dependencies.flatMap(({ id, name, status }) =>
    status === 'open' ? [] : found(`decline:${id}`, `${name} was ${status} meanwhile.`),
  );
  return [...reviews, ...questions, ...dependencies];
}
