import type { RecordedDomainEvent, TaskView } from '@claude-codex/contracts';
import { idOf, isOf } from '@claude-codex/contracts';
import { leadingAttempt } from '@claude-codex/domain/task/attempts';
import { evolveTask, initialTask, type TaskState } from '@claude-codex/domain/task/state';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { flows } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldBatch } from './fold-batch.ts';

type KnownTask = Exclude<TaskState, { status: 'none' }>;

/** What both know of an attempt. Without a review a phase shows as running until its approval, which follows by itself. */
function ofDomain(task: KnownTask) {
  return task.phases.map(({ chosen, attempts }) => ({
    chosen,
    attempts: attempts.map(({ instanceId, number, status, round, roundLimit, reviewId, headSha, check }) => ({
      ...{ instanceId, number, round, roundLimit, reviewId, headSha, check },
      status: status === 'in_review' && reviewId === null ? 'running' : status,
    })),
  }));
}

const ofView = ({ phaseDetails }: TaskView) =>
  phaseDetails.map(({ chosen, attempts }) => ({
    chosen,
    attempts: attempts.map(({ evidence: _evidence, ...attempt }) => attempt),
  }));

/** What phases that several try show of the attempt that leads them, once one does. */
function ledDomain({ phases }: KnownTask) {
  return phases.filter(isLed).map((phase) => {
    const lead = leadingAttempt(phase);
    const { instanceId, round, roundLimit, reviewId } = lead ?? {};
    return { instanceId, round, roundLimit, reviewId, status: phase.status };
  });
}

function ledView({ phaseDetails }: TaskView, { phases }: KnownTask) {
  return phaseDetails
    .filter(({ name }) => phases.some((phase) => phase.definition.name === name && isLed(phase)))
    .map(({ instanceId, round, roundLimit, reviewId, status }) => ({
      instanceId,
      round,
      roundLimit,
      reviewId,
      status,
    }));
}

/** Not in the moment between a hand-over that nobody reviews and the approval that follows by itself. */
function isLed({ definition, status, attempts }: KnownTask['phases'][number]): boolean {
  const unseen = attempts.some((attempt) => attempt.status === 'in_review' && attempt.reviewId === null);
  return definition.attempts > 1 && status !== 'pending' && !unseen;
}

/** Whose change request it is. */
function taskOf(events: readonly RecordedDomainEvent[], { stream }: RecordedDomainEvent): string {
  const opened = events.find((event) => event.type === 'PullRequestOpened' && event.stream === stream);
  return opened?.type === 'PullRequestOpened' ? opened.data.taskId : '';
}

function compare(events: readonly RecordedDomainEvent[]): void {
  const tasks = new Map<string, TaskState>();
  for (const event of events) {
    if (!isOf('task', event)) continue;
    const id = idOf(event.stream);
    tasks.set(id, evolveTask(tasks.get(id) ?? initialTask, event));
  }
  const updated = new Set(
    events.flatMap((event) => (event.type === 'PullRequestUpdated' ? [taskOf(events, event)] : [])),
  );
  const shown = foldBatch(new Map(), new Map(), events.filter(isTaskRelated)).tasks.filter(({ deleted }) => !deleted);
  for (const { taskId, view } of shown) {
    const task = tasks.get(taskId) ?? initialTask;
    if (task.status === 'none') throw new Error(`a task is shown that is not there: ${taskId}`);
    expect(ofView(view)).toEqual(ofDomain(task));
    expect(ledView(view, task)).toEqual(ledDomain(task));
    // What is kept is what the task shows as its change, whoever handed over last.
    const [last] = view.phaseDetails.slice(-1);
    if (last?.status !== 'approved' || updated.has(taskId)) continue;
    const kept = last.attempts.find(({ instanceId }) => instanceId === last.chosen);
    expect([view.changes?.headSha, view.evidence]).toEqual([kept?.headSha, kept?.evidence]);
  }
}

it('shows the attempts that the rules know, at every moment of every history', () => {
  fc.assert(
    fc.property(flows(250), (events) => {
      for (const to of [0.25, 0.5, 0.75, 1]) compare(events.slice(0, Math.ceil(events.length * to)));
    }),
    { numRuns: 100 },
  );
}, 60_000);
