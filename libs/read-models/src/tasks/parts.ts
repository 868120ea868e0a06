import type { TaskCard, TaskView } from '@claude-codex/contracts';
import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import {
  attemptRow,
  attemptUsageRow,
  briefRow,
  commentRow,
  costRow,
  dependencyRow,
  issueProposalRow,
  type Part,
  phaseRow,
  questionRow,
  reviewRow,
  reviewWorkRow,
  threadRow,
  workRow,
} from '@claude-codex/contracts/live/task-page';
import { CARD_KEYS, cardOf } from './card.ts';

export interface PartOf {
  of: LiveRow;
  id: string;
  /** What stands in it, null when it went. Made when it is asked for: of many changes in a row the last one is written. */
  body: () => object | null;
  /** Written, yet not worth a frame: what it says of money is sent by another row. */
  quiet: boolean;
}

/** A row with what decides whether it is another one now. */
interface Made {
  of: LiveRow;
  id: string;
  nth: number;
  value: object;
}

/** Rows made of these fields of a task: while they hold the same, so do the rows. */
interface FieldsSection {
  fields: readonly (keyof TaskView)[];
  make: (view: TaskView) => Made;
}

type ListField = 'phaseDetails' | 'instances' | 'questions' | 'dependencies' | 'reviews' | 'threads' | 'issueProposals';

/** Rows made of the elements of a list, each by itself: an element that is the same at the same place makes the same rows. */
interface ListSection {
  list: ListField;
  make: (element: never, nth: number) => readonly Made[];
}

const FIELDS: readonly FieldsSection[] = [
  {
    fields: ['description', 'baseBranch', 'model', 'workflow'],
    make: ({ id, description, baseBranch, model, workflow }) =>
      made(briefRow, id, 0, { description, baseBranch, model, workflow }),
  },
  {
    fields: ['currentPhase', 'documents', 'changes', 'evidence', 'pullRequest', 'problem'],
    make: ({ id, currentPhase, documents, changes, evidence, pullRequest, problem }) =>
      made(workRow, id, 0, { currentPhase, documents, changes, evidence, pullRequest, problem }),
  },
];

const LISTS: readonly ListSection[] = [
  listed('phaseDetails', (phase, nth) => [made(phaseRow, phase.name, nth, phase)]),
  listed('instances', ({ usage, ...attempt }, nth) => [
    made(attemptRow, attempt.id, nth, attempt),
    made(attemptUsageRow, attempt.id, nth, usage),
  ]),
  listed('questions', (question, nth) => [made(questionRow, question.id, nth, question)]),
  listed('dependencies', (dependency, nth) => [made(dependencyRow, dependency.id, nth, dependency)]),
  listed('reviews', ({ deliverables, replaced, changes, reviewedFiles, comments, ...head }, nth) => [
    made(reviewRow, head.id, nth, head),
    made(reviewWorkRow, head.id, nth, { deliverables, replaced, changes, reviewedFiles }),
    ...comments.map((comment, at) => made(commentRow, comment.commentId, at, { reviewId: head.id, comment })),
  ]),
  listed('threads', (thread, nth) => [made(threadRow, thread.id, nth, thread)]),
  listed('issueProposals', (proposal, nth) => [made(issueProposalRow, proposal.id, nth, proposal)]),
];

/** What of a task is another row after an event: the parts that came, changed or went, and its card. */
export function changedParts(before: TaskView | null, after: TaskView): PartOf[] {
  const changed: PartOf[] = [];
  for (const { fields, make } of FIELDS) {
    if (before !== null && fields.every((field) => before[field] === after[field])) continue;
    changed.push(partOf(make(after)));
  }
  for (const section of LISTS) changed.push(...changedIn(section, before, after));
  if (before?.costUsd !== after.costUsd) {
    const { id, costUsd } = after;
    changed.push({ of: costRow, id, body: () => ({ id, costUsd }), quiet: false });
  }
  const card = changedCard(before, after);
  if (card !== null) changed.push(card);
  // Whatever changes a task changes a row of it: its position says which event it was.
  if (card?.quiet === true && changed.length === 1) card.quiet = false;
  return changed;
}

/** Looks at the elements that are others or elsewhere now, and at no more: rebuilds do this for every event of a log. */
function changedIn({ list, make }: ListSection, before: TaskView | null, after: TaskView): PartOf[] {
  const [was, is]: [readonly object[], readonly object[]] = [before?.[list] ?? [], after[list]];
  if (was === is) return [];
  const rowsOf = (elements: readonly object[], others: readonly object[]) =>
    elements.flatMap((element, nth) => (element === others[nth] ? [] : make(element as never, nth)));
  const known = new Map(rowsOf(was, is).map((row) => [keyOf(row), row]));
  const changed: PartOf[] = [];
  for (const row of rowsOf(is, was)) {
    const old = known.get(keyOf(row));
    known.delete(keyOf(row));
    if (old === undefined || old.nth !== row.nth || !sameFields(old.value, row.value)) changed.push(partOf(row));
  }
  for (const { of, id } of known.values()) changed.push({ of, id, body: () => null, quiet: false });
  return changed;
}

/** Of money; with every event the position is another one. */
const QUIET: ReadonlySet<keyof TaskCard> = new Set(['costUsd', 'position']);

function changedCard(before: TaskView | null, after: TaskView): (PartOf & { of: typeof cardRow }) | null {
  const changed = before === null ? CARD_KEYS : CARD_KEYS.filter((key) => before[key] !== after[key]);
  if (changed.length === 0) return null;
  const quiet = before !== null && changed.every((key) => QUIET.has(key));
  return { of: cardRow, id: after.id, body: () => cardOf(after), quiet };
}

function listed<Field extends ListField>(
  list: Field,
  make: (element: TaskView[Field][number], nth: number) => readonly Made[],
): ListSection {
  return { list, make };
}

function partOf({ of, id, nth, value }: Made): PartOf {
  return { of, id, body: (): Part<object> => ({ id, nth, value }), quiet: false };
}

function made<Value extends object>(of: LiveRow<Part<Value>>, id: string, nth: number, value: Value): Made {
  return { of: of as LiveRow, id, nth, value };
}

function keyOf({ of, id }: Made): string {
  return `${of.kind} ${id}`;
}

/** Views share what did not change, so comparing what they hold by identity is enough. */
function sameFields(a: object, b: object): boolean {
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
