import { type EventData, idOf, type RecordedDomainEvent, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { attemptNamed, leadingAttempt, refusalText } from '@claude-codex/domain';
import type { ProcessManager } from '@claude-codex/eventing/process-manager';
import { idFrom } from '@claude-codex/service-kit/ids';
import { closeDown, endAttempt } from './close-down.ts';
import { finishTask } from './finish-task.ts';
import { goBack, goBackOnceResumed } from './follow-through.ts';
import { noteAnswer } from './note-answer.ts';
import type { TaskFlowPorts } from './ports.ts';
import { closePullRequest, mergeFailed, pullRequestEnded, pullRequestReopened } from './pull-request-ends.ts';
import { reviewDecided, sendFeedback } from './review-decided.ts';
import { startPhase } from './start-phase.ts';
import { takeUpAgain } from './take-up-again.ts';
import { readTask, toInstance, toInstances, toTask } from './targets.ts';

/**
 * The life of a task: which phase comes next, who works on it, what a decision leads to. It only turns events into
 * commands; running agents is the agent manager's business.
 */
export function createTaskFlow(ports: TaskFlowPorts): ProcessManager {
  return { name: 'task-flow', handle: (event) => handle(ports, event) };
}

async function handle(ports: TaskFlowPorts, event: RecordedDomainEvent): Promise<void> {
  const id = idOf(event.stream);
  switch (event.type) {
    case 'TaskQueued':
    case 'TaskRetried':
      return startPhase(ports, event, { taskId: id, previousInstanceId: null });
    case 'InstanceStarted':
      return markStarted(ports, event, id);
    case 'AttemptCompleted':
      if (event.data.reviewId !== null) return;
      return approveUnseen(ports, event, id);
    case 'AttemptRefused':
      return explainRefusal(ports, event, id, event.data);
    case 'AttemptSetAside':
      return endAttempt(ports, event, id);
    case 'PhaseApproved':
      return goOn(ports, event, id, event.data.phase);
    case 'ReviewApproved':
    case 'ReviewChangesRequested':
    case 'ReviewRejected':
      return reviewDecided(ports, event, id);
    case 'QuestionAnswered':
    case 'DependencyDeclined':
      return noteAnswer(ports, event, id);
    case 'AttemptReworkRequested':
      return sendFeedback(ports, event, id);
    case 'PhaseReopened':
      return takeUpAgain(ports, event, id);
    case 'TaskPaused':
      return toInstances(ports, event, id, { type: 'PauseInstance' });
    case 'TaskResumed':
      await toInstances(ports, event, id, { type: 'ResumeInstance' });
      return goBackOnceResumed(ports, event, id);
    case 'TaskCancelled':
      return closeDown(ports, event, id, 'The task was cancelled.');
    case 'TaskFailed':
      return closeDown(ports, event, id, 'The task failed.');
    case 'TaskDeleted':
      return closePullRequest(ports, event, id, 'The task was deleted.');
    case 'TaskCompleted':
      return toInstances(ports, event, id, { type: 'CompleteInstance' });
    case 'InstanceFailed':
    case 'InstanceStopped':
      return instanceGaveUp(ports, event, id);
    case 'PullRequestMerged':
    case 'PullRequestClosed':
      return pullRequestEnded(ports, event, id);
    case 'PullRequestReopened':
      return pullRequestReopened(ports, event);
    case 'PullRequestMergeFailed':
    case 'PullRequestMergeTakenBack':
      await mergeFailed(ports, event);
      // What was said of it while it was being merged.
      return goBack(ports, event, id);
    case 'PullRequestPublishFailed':
      return mergeFailed(ports, event);
    case 'PullRequestChecked':
    case 'PullRequestReviewed':
      return goBack(ports, event, id);
    default:
      return;
  }
}

/** Nobody reviews it: what is handed over first counts. */
async function approveUnseen(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'AttemptCompleted' }>,
  taskId: string,
): Promise<void> {
  const { phase, instanceId } = event.data;
  return toTask(ports, event, taskId, { type: 'ApprovePhase', phase, instanceId, reviewId: null });
}

async function markStarted(ports: TaskFlowPorts, event: RecordedEvent, instanceId: string): Promise<void> {
  const taskId = await taskOfInstance(ports, instanceId);
  if (taskId !== null) await toTask(ports, event, taskId, { type: 'MarkTaskStarted' });
}

async function explainRefusal(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  { phase, round, reasons, instanceId: named }: EventData<'AttemptRefused'>,
): Promise<void> {
  const task = await readTask(ports, taskId);
  const refused = task.status === 'none' ? undefined : task.phases.find((other) => other.definition.name === phase);
  const instanceId = refused === undefined ? null : (attemptNamed(refused, named)?.instanceId ?? null);
  if (instanceId === null) return;
  const messageId = idFrom(event.eventId, 'refusal');
  const text = refusalText(phase, reasons);
  const detail = `The phase was handed over again and again without what it needs: ${reasons.join(' ')}`;
  const failure = { code: 'EVIDENCE_MISSING', detail };
  return toInstance(ports, event, instanceId, { type: 'RemindAgent', messageId, text, phase, round, failure });
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
  const previousInstanceId = leadingAttempt(done)?.instanceId ?? null;
  await startPhase(ports, event, { taskId, previousInstanceId });
  const goesOn = next.definition.kind === done.definition.kind && next.definition.attempts === 1;
  if (previousInstanceId !== null && !goesOn) {
    await toInstance(ports, event, previousInstanceId, { type: 'CompleteInstance' });
  }
}

/** An instance that ended without finishing its phase takes the task with it, unless others try it too. */
async function instanceGaveUp(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'InstanceFailed' | 'InstanceStopped' }>,
  instanceId: string,
): Promise<void> {
  const taskId = await taskOfInstance(ports, instanceId);
  if (taskId === null) return;
  const failure =
    event.type === 'InstanceFailed'
      ? event.data
      : { code: 'INSTANCE_STOPPED', detail: event.data.reason === '' ? 'The agent was stopped.' : event.data.reason };
  await toTask(ports, event, taskId, { type: 'GiveUpAttempt', ...failure, instanceId });
}

async function taskOfInstance({ store }: TaskFlowPorts, instanceId: string): Promise<string | null> {
  const [queued] = await store.readStream(streamOf('instance', instanceId), { limit: 1 });
  return queued?.type === 'InstanceQueued' ? queued.data.taskId : null;
}
