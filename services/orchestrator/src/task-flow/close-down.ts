import { type RecordedDomainEvent, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { reviewDecider } from '@claude-codex/domain';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';
import { closePullRequest } from './pull-request-ends.ts';
import { readTask, toInstance, toInstances } from './targets.ts';

/** A task that stopped leaves nothing behind that somebody could still decide or merge. */
export async function closeDown(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  reason: string,
): Promise<void> {
  await toInstances(ports, event, taskId, { type: 'StopInstance', reason });
  await withdrawReviews(ports, event, taskId, reason);
  await closePullRequest(ports, event, taskId, reason);
}

async function withdrawReviews(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  reason: string,
): Promise<void> {
  const task = await readTask(ports, taskId);
  if (task.status === 'none') return;
  for (const { reviewId } of task.phases.flatMap(({ attempts }) => attempts)) {
    if (reviewId !== null) await withdrawReview(ports, event, reviewId, reason);
  }
}

async function withdrawReview(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  reviewId: string,
  reason: string,
): Promise<void> {
  const step = `withdraw:${reviewId}`;
  const command = { type: 'WithdrawReview' as const, reason };
  await follow(ports, event, { step, stream: streamOf('review', reviewId), decider: reviewDecider, command });
}

/** An attempt that was set aside leaves nobody at work and nothing to decide. */
export async function endAttempt(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'AttemptSetAside' }>,
  taskId: string,
): Promise<void> {
  const { phase: name, instanceId, reason } = event.data;
  await toInstance(ports, event, instanceId, { type: 'StopInstance', reason });
  const task = await readTask(ports, taskId);
  const phase = task.status === 'none' ? undefined : task.phases.find(({ definition }) => definition.name === name);
  const reviewId = phase?.attempts.find((attempt) => attempt.instanceId === instanceId)?.reviewId ?? null;
  if (reviewId !== null) await withdrawReview(ports, event, reviewId, reason);
}
