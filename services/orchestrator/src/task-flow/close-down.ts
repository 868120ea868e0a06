import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { reviewDecider } from '@claude-codex/domain';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';
import { closePullRequest } from './pull-request-ends.ts';
import { readTask, toInstances } from './targets.ts';

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
  for (const { reviewId } of task.phases) {
    if (reviewId === null) continue;
    const step = `withdraw:${reviewId}`;
    const command = { type: 'WithdrawReview' as const, reason };
    await follow(ports, event, { step, stream: streamOf('review', reviewId), decider: reviewDecider, command });
  }
}
