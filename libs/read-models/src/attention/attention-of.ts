import type { AttentionItem, TaskView } from '@claude-codex/contracts';
import { heldWords } from '@claude-codex/contracts/held';
import { stoppedFailure } from '@claude-codex/contracts/pull-request/stopped';
import { standingOfReview } from '@claude-codex/contracts/review/standing';
import { waitingOf } from '../tasks/waiting.ts';

/** Everything of a task that waits for a person, as of this event position; oldest first within a kind. */
export function attentionOf(view: TaskView, position: number): AttentionItem[] {
  const { questions, dependencies, reviews, merge, rounds, failed, held, proposals } = waitingOf(view);

  function item(
    kind: AttentionItem['kind'],
    id: string,
    openedAt: string,
    content: Partial<
      Pick<AttentionItem, 'question' | 'dependency' | 'review' | 'rounds' | 'failure' | 'proposal' | 'standing'>
    >,
    instanceId: string | null,
  ): AttentionItem {
    return {
      id,
      workspaceId: view.workspaceId,
      kind,
      taskId: view.id,
      taskNumber: view.number,
      taskTitle: view.title,
      instanceName: view.instances.find((instance) => instance.id === instanceId)?.name ?? null,
      openedAt,
      question: null,
      dependency: null,
      review: null,
      failure: null,
      rounds: null,
      proposal: null,
      standing: view.standing,
      ...content,
      position,
    };
  }

  const items = [
    ...questions.map((question) => item('question', question.id, question.askedAt, { question }, question.instanceId)),
    ...dependencies.map((dependency) =>
      item('dependency', dependency.id, dependency.requestedAt, { dependency }, dependency.instanceId),
    ),
    ...reviews.map((review) => {
      const { id, phase, round, subject, summary, createdAt, instanceId, changes } = review;
      const lines = changes === null ? null : { additions: changes.additions, deletions: changes.deletions };
      const content = {
        review: { id, phase, round, subject, summary, lines },
        standing: standingOfReview(view, review),
      };
      return item('review', id, createdAt, content, instanceId);
    }),
  ];
  if (merge !== null) {
    const { problem, stopped } = merge;
    const failure = problem === null ? stoppedFailure(stopped) : { code: problem.code, detail: problem.detail };
    items.push(item(merge.status === 'unpublished' ? 'publish' : 'merge', merge.id, merge.openedAt, { failure }, null));
  }
  for (const { title, round, instanceId, reviewId } of rounds) {
    const content = { rounds: { phase: title, round, instanceId } };
    // Neither the task's id nor the agent's alone: what fails later is another item, and each id keeps its kind.
    const id = `${view.id}-rounds-${instanceId ?? 'unknown'}`;
    items.push(item('rounds', id, decidedAt(view, reviewId) ?? view.updatedAt, content, instanceId));
  }
  if (failed) {
    items.push(item('failure', view.id, view.endedAt ?? view.updatedAt, { failure: view.problem }, null));
  }
  if (held !== null) {
    const failure = { code: held.cause.toUpperCase(), detail: heldWords(held) };
    items.push(item('held', view.id, held.since, { failure }, null));
  }
  for (const proposal of proposals) {
    items.push(item('issues', proposal.id, proposal.proposedAt, { proposal }, proposal.instanceId));
  }
  return items;
}

function decidedAt({ reviews }: TaskView, reviewId: string | null): string | null {
  return reviews.find(({ id }) => id === reviewId)?.decidedAt ?? null;
}
