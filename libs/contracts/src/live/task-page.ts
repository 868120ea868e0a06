import type { TaskCard } from '../api/views/card.ts';
import type { DependencyView } from '../api/views/dependency.ts';
import type { InstanceUsage, InstanceView, UsageTotals } from '../api/views/instance.ts';
import type { IssueProposalView } from '../api/views/issue-proposal.ts';
import type { PhaseView } from '../api/views/phase.ts';
import type { QuestionView } from '../api/views/question.ts';
import type { ReviewView } from '../api/views/review.ts';
import type { TaskView } from '../api/views/task.ts';
import type { ThreadView } from '../api/views/thread.ts';
import { type LiveRow, liveRow } from './live-row.ts';
import { cardRow } from './task-card.ts';

/** A part of a task's page. What there is only one of has the task's id. */
export interface Part<Value> {
  id: string;
  /** Its place among those of its kind. */
  nth: number;
  value: Value;
}

/** What of a task changes together, so that a change sends little. Its card is the header; `cardRow`. */
export type TaskBrief = Pick<TaskView, 'description' | 'baseBranch' | 'model' | 'workflow'>;
export type TaskWork = Pick<
  TaskView,
  'currentPhase' | 'documents' | 'changes' | 'evidence' | 'pullRequest' | 'problem'
>;
export type Attempt = Omit<InstanceView, 'usage'>;
export type ReviewWork = Pick<ReviewView, 'deliverables' | 'replaced' | 'changes' | 'reviewedFiles'>;
export type ReviewHead = Omit<ReviewView, keyof ReviewWork | 'comments'>;
export interface Comment {
  reviewId: string;
  comment: ReviewView['comments'][number];
}

function part<Value>(kind: string) {
  return liveRow<Part<Value>>({ kind, table: 'task_row', seenIn: 'task', gone: `${kind}_gone` });
}

/** What a task has cost stands on its card, which is not sent again for every model call: this is. */
export const costRow = liveRow<{ id: string; costUsd: number }>({
  kind: 'task_cost',
  table: 'task_row',
  seenIn: 'workspace',
  gone: 'task_cost_gone',
});
export const briefRow = part<TaskBrief>('task_brief');
export const workRow = part<TaskWork>('task_work');
export const phaseRow = part<PhaseView>('task_phase');
export const attemptRow = part<Attempt>('task_attempt');
export const attemptUsageRow = part<InstanceUsage>('task_attempt_usage');
export const questionRow = part<QuestionView>('task_question');
export const dependencyRow = part<DependencyView>('task_dependency');
export const reviewRow = part<ReviewHead>('task_review');
export const reviewWorkRow = part<ReviewWork>('task_review_work');
export const commentRow = part<Comment>('task_comment');
export const threadRow = part<ThreadView>('task_thread');
export const issueProposalRow = part<IssueProposalView>('task_issue_proposal');

/** Every kind of part, besides the card and what it cost. */
export const PART_ROWS: readonly LiveRow[] = [
  briefRow,
  workRow,
  phaseRow,
  attemptRow,
  attemptUsageRow,
  questionRow,
  dependencyRow,
  reviewRow,
  reviewWorkRow,
  commentRow,
  threadRow,
  issueProposalRow,
];

/** A row as it is read or sent. */
export interface TaskRow {
  readonly kind: string;
  readonly body: { readonly id: string; readonly position: number };
}

/** The whole task from its rows; null when there is no card among them. Of a review whose work is not among them that is empty. */
export function assembleTask(rows: Iterable<TaskRow>): TaskView | null {
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  const bodies = <Body>(row: LiveRow<Body & { id: string }>) =>
    (byKind.get(row.kind) ?? []).map(({ body }) => body as unknown as Body & { position: number });
  const all = <Value>(row: LiveRow<Part<Value>>) => bodies<Part<Value>>(row).sort((a, b) => a.nth - b.nth);
  const values = <Value>(row: LiveRow<Part<Value>>) => all(row).map(({ value }) => value);

  const [card] = bodies<TaskCard>(cardRow);
  const [brief] = values(briefRow);
  const [work] = values(workRow);
  if (card === undefined || brief === undefined || work === undefined) return null;
  const usages = new Map(all(attemptUsageRow).map(({ id, value }) => [id, value]));
  const works = new Map(all(reviewWorkRow).map(({ id, value }) => [id, value]));
  const comments = Map.groupBy(values(commentRow), ({ reviewId }) => reviewId);
  const instances = values(attemptRow).map((attempt) => ({ ...attempt, usage: usages.get(attempt.id) ?? NO_USAGE }));
  const usage = totalUsage(instances);
  return {
    ...card,
    ...brief,
    ...work,
    usage,
    costUsd: usage.costUsd,
    phaseDetails: values(phaseRow),
    instances,
    questions: values(questionRow),
    dependencies: values(dependencyRow),
    reviews: values(reviewRow).map((head) => ({
      ...head,
      ...NO_WORK,
      ...works.get(head.id),
      comments: (comments.get(head.id) ?? []).map(({ comment }) => comment),
    })),
    threads: values(threadRow),
    issueProposals: values(issueProposalRow),
    position: Math.max(...[...byKind.values()].flat().map(({ body }) => body.position)),
  };
}

export const NO_USAGE: UsageTotals = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
  modelCalls: 0,
};

/** What a task used: the sum of its attempts, in their order. */
export function totalUsage(attempts: readonly { usage: UsageTotals }[]): UsageTotals {
  return attempts.reduce<UsageTotals>(
    (total, { usage }) => ({
      inputTokens: total.inputTokens + usage.inputTokens,
      outputTokens: total.outputTokens + usage.outputTokens,
      cacheReadTokens: total.cacheReadTokens + usage.cacheReadTokens,
      cacheWriteTokens: total.cacheWriteTokens + usage.cacheWriteTokens,
      costUsd: total.costUsd + usage.costUsd,
      modelCalls: total.modelCalls + usage.modelCalls,
    }),
    NO_USAGE,
  );
}

const NO_WORK: ReviewWork = { deliverables: [], replaced: [], changes: null, reviewedFiles: [] };
