import type { TaskView } from '@claude-codex/contracts';
import type { Drafts } from '#lib/drafts/drafts.ts';
import { places, placesOfReview } from '#lib/drafts/places.ts';
import { isEnded } from './state.ts';

/** Words for something that is decided by now: nobody will get them unless their writer does something. */
export interface KeptWords {
  readonly place: string;
  readonly text: string;
  /** What happened meanwhile, such as `Ada approved it`. */
  readonly why: string;
}

/** While it is merged nobody can say anything; whether it was is known soon. */
const MERGE_STATES: ReadonlySet<string> = new Set(['ready_to_merge', 'merging', 'merge_failed']);

type Decided = Pick<TaskView, 'id' | 'state' | 'reviews' | 'questions' | 'dependencies'>;

/** Everything typed in this task that its place no longer takes: somebody else decided first, or it was withdrawn. */
export function keptWords(task: Decided, drafts: Drafts, nameOf: (userId: string | null) => string): KeptWords[] {
  const found = (prefix: string, why: string): KeptWords[] =>
    drafts.under(prefix).map((place) => ({ place, text: drafts.read(place), why }));
  const reviews = task.reviews.flatMap((review) => {
    if (review.status === 'open') return [];
    const by = review.decidedBy === null ? '' : ` by ${nameOf(review.decidedBy)}`;
    const round = `(round ${review.round})`;
    const why =
      review.status === 'changes_requested'
        ? `Changes were requested${by} in the review ${round}.`
        : `The review ${round} was ${review.status}${by}.`;
    return placesOfReview(review.id).flatMap((prefix) => found(prefix, why));
  });
  const questions = task.questions.flatMap((question) => {
    if (question.status === 'open') return [];
    const by = question.answeredBy === null ? 'It took its default answer' : `${nameOf(question.answeredBy)} answered`;
    return found(
      places.answer(question.id),
      question.status === 'withdrawn' ? 'The question was withdrawn.' : `${by}: “${question.question}”`,
    );
  });
  const dependencies = task.dependencies.flatMap(({ id, name, status }) =>
    status === 'open' ? [] : found(places.decline(id), `${name} was ${status} meanwhile.`),
  );
  const takesMerge = MERGE_STATES.has(task.state);
  const ended = isEnded(task.state);
  const ofTask = [
    ...(takesMerge ? [] : found(places.sendBack(task.id), 'The work does not wait to be merged any more.')),
    ...(ended ? found(places.message(task.id), 'The task ended meanwhile.') : []),
  ];
  return [...reviews, ...questions, ...dependencies, ...ofTask];
}

/** How many texts are kept at places that begin so. */
export function typedUnder(prefixes: readonly string[], drafts: Drafts): number {
  return prefixes.reduce((count, prefix) => count + drafts.under(prefix).length, 0);
}
