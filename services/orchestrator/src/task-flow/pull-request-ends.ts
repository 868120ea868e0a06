import { type RecordedDomainEvent, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { currentPhase, isEnded, pullRequestDecider, type TaskCommand } from '@claude-codex/domain';
import { readWholeStream } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';
import { readTask, toTask } from './targets.ts';

type Ended = Extract<RecordedDomainEvent, { type: 'PullRequestMerged' | 'PullRequestClosed' }>;

/** The pull request that opens when this approval ends a task: the same one however often the event is handled. */
export function pullRequestIdOf(approval: RecordedEvent): string {
  return idFrom(approval.eventId, 'pull-request');
}

export async function pullRequestEnded(ports: TaskFlowPorts, event: Ended, pullRequestId: string): Promise<void> {
  const taskId = await taskOf(ports, event);
  if (taskId === null) return;
  if (event.type === 'PullRequestClosed') {
    if (event.data.atForge === 'stays_open') return;
    const task = await readTask(ports, taskId);
    // Closed because its work goes back to the agent: the task is under way again.
    if (task.status !== 'none' && currentPhase(task) !== null) return;
  }
  const command: TaskCommand =
    event.type === 'PullRequestMerged'
      ? { type: 'CompleteTask', pullRequestId }
      : { type: 'CancelTask', reason: `The change request was closed. ${event.data.reason}`.trim() };
  await toTask(ports, event, taskId, command);
}

/** Somebody opened it again at its forge: a task that a closing had cancelled goes on with the work it has. */
export async function pullRequestReopened(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'PullRequestReopened' }>,
): Promise<void> {
  const taskId = event.data.why === null ? await taskOf(ports, event) : null;
  if (taskId !== null) await toTask(ports, event, taskId, { type: 'TakeUpTask' });
}

/** A merge under way cannot be closed; once it failed, or could not even be offered, nobody may ask for it again if its task has ended meanwhile. */
export async function mergeFailed(
  ports: TaskFlowPorts,
  event: Extract<
    RecordedDomainEvent,
    { type: 'PullRequestMergeFailed' | 'PullRequestMergeTakenBack' | 'PullRequestPublishFailed' }
  >,
): Promise<void> {
  const taskId = await taskOf(ports, event);
  if (taskId === null || !isEnded(await readTask(ports, taskId))) return;
  await close(ports, event, event.stream, 'Its task has ended.');
}

/** Closes the pull request of a task, if it has one that is open. One that goes on with its work meanwhile keeps it. */
export async function closePullRequest(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  reason: string,
): Promise<void> {
  const task = await readTask(ports, taskId);
  if (task.status !== 'none' && !isEnded(task) && currentPhase(task) === null) return;
  const events = await readWholeStream(ports.store, streamOf('task', taskId));
  const approval = events.findLast(({ type }) => type === 'PhaseApproved');
  if (approval !== undefined) await close(ports, event, streamOf('pullrequest', pullRequestIdOf(approval)), reason);
}

async function close(ports: TaskFlowPorts, event: RecordedEvent, stream: string, reason: string): Promise<void> {
  const command = { type: 'ClosePullRequest' as const, reason };
  await follow(ports, event, { step: 'close-pull-request', stream, decider: pullRequestDecider, command });
}

async function taskOf({ store }: TaskFlowPorts, { stream }: RecordedEvent): Promise<string | null> {
  const [opened] = await store.readStream(stream, { limit: 1 });
  return opened?.type === 'PullRequestOpened' ? opened.data.taskId : null;
}
