import { type EventData, idOf, type RecordedDomainEvent, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import {
  type InstanceCommand,
  instanceDecider,
  reviewDecider,
  type TaskCommand,
  type TaskState,
  taskDecider,
} from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing/load-state';
import type { ProcessManager } from '@claude-codex/eventing/process-manager';
import { idFrom } from '@claude-codex/service-kit/ids';
import { feedbackText, refusalText } from '../prompts/index.ts';
import { follow } from './commands.ts';
import { finishTask } from './finish-task.ts';
import type { TaskFlowPorts } from './ports.ts';
import { startPhase } from './start-phase.ts';

/**
 * The life of a task: which phase comes next, who works on it, what a decision leads to. It only turns events into
 * commands; running agents is the business of `instances/`.
 */
export function createTaskFlow(ports: TaskFlowPorts): ProcessManager {
  return { name: 'task-flow', handle: (event) => handle(ports, event as RecordedDomainEvent) };
}

async function handle(ports: TaskFlowPorts, event: RecordedDomainEvent): Promise<void> {
  const id = idOf(event.stream);
  switch (event.type) {
    case 'TaskQueued':
    case 'TaskRetried':
      return startPhase(ports, event, { taskId: id, previousInstanceId: null });
    case 'InstanceStarted':
      return markStarted(ports, event, id);
    case 'PhaseCompleted':
      if (event.data.reviewId !== null) return;
      return toTask(ports, event, id, { type: 'ApprovePhase', phase: event.data.phase, reviewId: null });
    case 'PhaseCompletionRefused':
      return explainRefusal(ports, event, id, event.data);
    case 'PhaseApproved':
      return goOn(ports, event, id, event.data.phase);
    case 'ReviewApproved':
    case 'ReviewChangesRequested':
    case 'ReviewRejected':
      return decided(ports, event, id);
    case 'TaskPaused':
      return toInstances(ports, event, id, { type: 'PauseInstance' });
    case 'TaskResumed':
      return toInstances(ports, event, id, { type: 'ResumeInstance' });
    case 'TaskCancelled':
      await toInstances(ports, event, id, { type: 'StopInstance', reason: 'The task was cancelled.' });
      return withdrawReviews(ports, event, id, 'The task was cancelled.');
    case 'TaskFailed':
      await toInstances(ports, event, id, { type: 'StopInstance', reason: 'The task failed.' });
      return withdrawReviews(ports, event, id, 'The task failed.');
    case 'TaskCompleted':
      return toInstances(ports, event, id, { type: 'CompleteInstance' });
    case 'InstanceFailed':
    case 'InstanceStopped':
      return instanceGaveUp(ports, event, id);
    case 'PullRequestMerged':
    case 'PullRequestClosed':
      return pullRequestEnded(ports, event, id);
    default:
      return;
  }
}

async function toTask(ports: TaskFlowPorts, event: RecordedEvent, taskId: string, command: TaskCommand): Promise<void> {
  await follow(ports, event, { step: command.type, stream: streamOf('task', taskId), decider: taskDecider, command });
}

async function toInstance(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  instanceId: string,
  command: InstanceCommand,
): Promise<void> {
  const step = `${command.type}:${instanceId}`;
  await follow(ports, event, { step, stream: streamOf('instance', instanceId), decider: instanceDecider, command });
}

/** To every instance that worked on the task; one that ended already refuses, which is fine. */
async function toInstances(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  command: InstanceCommand,
): Promise<void> {
  for (const instanceId of instancesOf(await readTask(ports, taskId)))
    await toInstance(ports, event, instanceId, command);
}

async function markStarted(ports: TaskFlowPorts, event: RecordedEvent, instanceId: string): Promise<void> {
  const taskId = await taskOfInstance(ports, instanceId);
  if (taskId !== null) await toTask(ports, event, taskId, { type: 'MarkTaskStarted' });
}

async function explainRefusal(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  { phase, round, reasons }: EventData<'PhaseCompletionRefused'>,
): Promise<void> {
  const task = await readTask(ports, taskId);
  const refused = task.status === 'none' ? undefined : task.phases.find((other) => other.definition.name === phase);
  if (refused === undefined || refused.instanceId === null) return;
  const messageId = idFrom(event.eventId, 'refusal');
  const text = refusalText(phase, reasons);
  const detail = `The phase was handed over again and again without what it needs: ${reasons.join(' ')}`;
  const failure = { code: 'EVIDENCE_MISSING', detail };
  return toInstance(ports, event, refused.instanceId, { type: 'RemindAgent', messageId, text, phase, round, failure });
}

/** After an approved phase: the next one, or the end of the task. */
async function goOn(ports: TaskFlowPorts, event: RecordedEvent, taskId: string, approved: string): Promise<void> {
  const task = await readTask(ports, taskId);
  if (task.status === 'none') return;
  const index = task.phases.findIndex((phase) => phase.definition.name === approved);
  const done = task.phases[index];
  const next = task.phases[index + 1];
  if (done === undefined) return;
  if (next === undefined) return finishTask(ports, event, taskId, task);
  await startPhase(ports, event, { taskId, previousInstanceId: done.instanceId });
  if (done.instanceId !== null && next.definition.kind !== done.definition.kind) {
    await toInstance(ports, event, done.instanceId, { type: 'CompleteInstance' });
  }
}

type Decision = Extract<RecordedDomainEvent, { type: 'ReviewApproved' | 'ReviewChangesRequested' | 'ReviewRejected' }>;

async function decided(ports: TaskFlowPorts, event: Decision, reviewId: string): Promise<void> {
  const review = await loadState(ports.store, streamOf('review', reviewId), reviewDecider);
  if (review.status === 'none') return;
  const { taskId, phase, instanceId, round } = review;
  switch (event.type) {
    case 'ReviewApproved':
      return toTask(ports, event, taskId, { type: 'ApprovePhase', phase, reviewId });
    case 'ReviewRejected':
      return toTask(ports, event, taskId, {
        type: 'FailTask',
        code: 'REVIEW_REJECTED',
        detail: event.data.summary,
        instanceId,
      });
    case 'ReviewChangesRequested': {
      await toTask(ports, event, taskId, { type: 'RequestRework', phase, reviewId });
      const text = feedbackText({ round, summary: event.data.summary, comments: event.data.comments });
      const messageId = idFrom(event.eventId, 'feedback');
      return toInstance(ports, event, instanceId, {
        type: 'SendFeedback',
        messageId,
        reviewId,
        round: round + 1,
        text,
      });
    }
  }
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

/** An instance that ended without finishing its phase takes the task with it; a retry starts a new one. */
async function instanceGaveUp(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'InstanceFailed' | 'InstanceStopped' }>,
  instanceId: string,
): Promise<void> {
  const taskId = await taskOfInstance(ports, instanceId);
  if (taskId === null) return;
  const task = await readTask(ports, taskId);
  const working =
    task.status !== 'none' &&
    task.phases.some((phase) => phase.instanceId === instanceId && phase.status !== 'approved');
  if (!working) return;
  const failure =
    event.type === 'InstanceFailed'
      ? event.data
      : { code: 'INSTANCE_STOPPED', detail: event.data.reason === '' ? 'The agent was stopped.' : event.data.reason };
  await toTask(ports, event, taskId, { type: 'FailTask', ...failure, instanceId });
}

async function pullRequestEnded(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'PullRequestMerged' | 'PullRequestClosed' }>,
  pullRequestId: string,
): Promise<void> {
  const [opened] = (await ports.store.readStream(event.stream, { limit: 1 })) as RecordedDomainEvent[];
  if (opened?.type !== 'PullRequestOpened') return;
  const { taskId } = opened.data;
  const command: TaskCommand =
    event.type === 'PullRequestMerged'
      ? { type: 'CompleteTask', pullRequestId }
      : { type: 'CancelTask', reason: `The change request was closed. ${event.data.reason}`.trim() };
  await toTask(ports, event, taskId, command);
}

async function readTask({ store }: TaskFlowPorts, taskId: string): Promise<TaskState> {
  return await loadState(store, streamOf('task', taskId), taskDecider);
}

async function taskOfInstance({ store }: TaskFlowPorts, instanceId: string): Promise<string | null> {
  const [queued] = (await store.readStream(streamOf('instance', instanceId), { limit: 1 })) as RecordedDomainEvent[];
  return queued?.type === 'InstanceQueued' ? queued.data.taskId : null;
}

function instancesOf(task: TaskState): string[] {
  if (task.status === 'none') return [];
  return [...new Set(task.phases.flatMap(({ instanceId }) => (instanceId === null ? [] : [instanceId])))];
}
