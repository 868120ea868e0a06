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
import { cardOf } from './card.ts';

export interface PartOf {
  of: LiveRow;
  id: string;
  /** Null: it went. */
  body: object | null;
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

interface Section {
  /** While these are the same, so is what is made of them. */
  from: (view: TaskView) => readonly unknown[];
  make: (view: TaskView) => readonly Made[];
}

const SECTIONS: readonly Section[] = [
  {
    from: ({ description, baseBranch, model, workflow }) => [description, baseBranch, model, workflow],
    make: ({ id, description, baseBranch, model, workflow }) => [
      made(briefRow, id, 0, { description, baseBranch, model, workflow }),
    ],
  },
  {
    from: workOf,
    make: ({ id, currentPhase, documents, changes, evidence, pullRequest, problem }) => [
      made(workRow, id, 0, { currentPhase, documents, changes, evidence, pullRequest, problem }),
    ],
  },
  {
    from: ({ phaseDetails }) => [phaseDetails],
    make: ({ phaseDetails }) => phaseDetails.map((phase, nth) => made(phaseRow, phase.name, nth, phase)),
  },
  {
    from: ({ instances }) => [instances],
    make: ({ instances }) =>
      instances.flatMap(({ usage, ...attempt }, nth) => [
        made(attemptRow, attempt.id, nth, attempt),
        made(attemptUsageRow, attempt.id, nth, usage),
      ]),
  },
  {
    from: ({ questions }) => [questions],
    make: ({ questions }) => questions.map((question, nth) => made(questionRow, question.id, nth, question)),
  },
  {
    from: ({ dependencies }) => [dependencies],
    make: ({ dependencies }) =>
      dependencies.map((dependency, nth) => made(dependencyRow, dependency.id, nth, dependency)),
  },
  {
    from: ({ reviews }) => [reviews],
    make: ({ reviews }) =>
      reviews.flatMap(({ deliverables, replaced, changes, reviewedFiles, comments, ...head }, nth) => [
        made(reviewRow, head.id, nth, head),
        made(reviewWorkRow, head.id, nth, { deliverables, replaced, changes, reviewedFiles }),
        ...comments.map((comment, at) => made(commentRow, comment.commentId, at, { reviewId: head.id, comment })),
      ]),
  },
  {
    from: ({ threads }) => [threads],
    make: ({ threads }) => threads.map((thread, nth) => made(threadRow, thread.id, nth, thread)),
  },
  {
    from: ({ issueProposals }) => [issueProposals],
    make: ({ issueProposals }) =>
      issueProposals.map((proposal, nth) => made(issueProposalRow, proposal.id, nth, proposal)),
  },
];

/** What of a task is another row after an event: the parts that came, changed or went, and its card. */
export function changedParts(before: TaskView | null, after: TaskView): PartOf[] {
  const changed = SECTIONS.flatMap((section) => changedIn(section, before, after));
  if (before?.costUsd !== after.costUsd) {
    changed.push({ of: costRow, id: after.id, body: { id: after.id, costUsd: after.costUsd }, quiet: false });
  }
  const card = changedCard(before, after);
  if (card !== null) changed.push(card);
  // Whatever changes a task changes a row of it: its position says which event it was.
  if (card?.quiet === true && changed.length === 1) card.quiet = false;
  return changed;
}

/** All of a task: every part of it, and its card. */
export function partsOf(view: TaskView): PartOf[] {
  return changedParts(null, view);
}

function changedIn({ from, make }: Section, before: TaskView | null, after: TaskView): PartOf[] {
  if (before !== null && same(from(before), from(after))) return [];
  const known = new Map(before === null ? [] : make(before).map((row) => [keyOf(row), row]));
  const changed: PartOf[] = [];
  for (const row of make(after)) {
    const was = known.get(keyOf(row));
    known.delete(keyOf(row));
    if (was !== undefined && was.nth === row.nth && sameFields(was.value, row.value)) continue;
    const body: Part<object> = { id: row.id, nth: row.nth, value: row.value };
    changed.push({ of: row.of, id: row.id, body, quiet: false });
  }
  for (const { of, id } of known.values()) changed.push({ of, id, body: null, quiet: false });
  return changed;
}

function changedCard(before: TaskView | null, after: TaskView): (PartOf & { of: typeof cardRow }) | null {
  const card = cardOf(after);
  const was = before === null ? null : cardOf(before);
  if (was !== null && sameFields(was, card)) return null;
  const quiet = was !== null && sameFields(withoutMoney(was), withoutMoney(card));
  return { of: cardRow, id: after.id, body: card, quiet };
}

function withoutMoney({ costUsd: _cost, position: _position, ...card }: TaskCard): object {
  return card;
}

function workOf({ currentPhase, documents, changes, evidence, pullRequest, problem }: TaskView): readonly unknown[] {
  return [currentPhase, documents, changes, evidence, pullRequest, problem];
}

function made<Value extends object>(of: LiveRow<Part<Value>>, id: string, nth: number, value: Value): Made {
  return { of: of as LiveRow, id, nth, value };
}

function keyOf({ of, id }: Made): string {
  return `${of.kind} ${id}`;
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.every((value, at) => value === b[at]);
}

/** Views share what did not change, so comparing what they hold by identity is enough. */
function sameFields(a: object, b: object): boolean {
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return left.length === Object.keys(b).length && left.every(([key, value]) => right[key] === value);
}
