import type { EditTaskRequest, InstanceEvent, TaskEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { instanceDecider } from '@claude-codex/domain/instance/decide';
import { isInstanceEnded } from '@claude-codex/domain/instance/state';
import { attemptsUnderWay, isUnderWay, leadingAttempt, type PhaseState } from '@claude-codex/domain/task/attempts';
import type { TaskCommand } from '@claude-codex/domain/task/commands';
import { taskDecider } from '@claude-codex/domain/task/decide';
import { currentPhase, isEnded, type TaskState } from '@claude-codex/domain/task/state';
import { sendBack } from '@claude-codex/domain/transactions/send-back';
import { DomainError, type Load, type StreamWrite } from '@claude-codex/eventing';
import type { z } from 'zod';

/** What a person does with a task as a whole, without saying more. */
export const verbs = {
  execute: { decider: taskDecider, command: { type: 'ExecuteTask' } },
  pause: { decider: taskDecider, command: { type: 'PauseTask' } },
  resume: { decider: taskDecider, command: { type: 'ResumeTask' } },
  retry: { decider: taskDecider, command: { type: 'RetryTask' } },
  delete: { decider: taskDecider, command: { type: 'DeleteTask' } },
} as const satisfies Record<string, { decider: typeof taskDecider; command: TaskCommand }>;
export type TaskVerb = keyof typeof verbs;

/** The fields that were named, each as its own fact, in one append. */
export async function editTask(
  load: Load,
  stream: string,
  edit: z.output<typeof EditTaskRequest>,
): Promise<StreamWrite[]> {
  const { state } = await load<TaskState, TaskEvent>(stream, taskDecider);
  const commands: TaskCommand[] = [];
  if (edit.title !== undefined || edit.description !== undefined) {
    const before = state.status === 'none' ? { title: '', description: '' } : state;
    const { title = before.title, description = before.description } = edit;
    commands.push({ type: 'DescribeTask', title, description });
  }
  if (edit.priority !== undefined) commands.push({ type: 'PrioritiseTask', priority: edit.priority });
  if (edit.labels !== undefined) commands.push({ type: 'LabelTask', labels: edit.labels });
  return [{ stream, events: commands.flatMap((command) => taskDecider.decide(command, state)) }];
}

/**
 * A message goes to the instance that works on the current phase; of several to the one that leads it, or to whom it is
 * meant for. Once every phase is approved it is what a person wants otherwise: the work goes back to the agent with it.
 * Throws TASK_NOT_RUNNING when there is nobody to tell.
 */
export async function messageToTask(
  load: Load,
  stream: string,
  {
    message,
    to,
    messageIdFor,
    pullRequestId,
  }: {
    message: { text: string; interrupt: boolean };
    to: string | undefined;
    /** Of the message as one agent gets it. */
    messageIdFor: (instanceId: string) => string;
    /** The one that waits to be merged. */
    pullRequestId: () => Promise<string | null>;
  },
): Promise<StreamWrite[]> {
  const { state } = await load<TaskState, TaskEvent>(stream, taskDecider);
  if (state.status !== 'none' && !isEnded(state) && currentPhase(state) === null) {
    const approved = await pullRequestId();
    if (approved !== null) return sendBack(load, { pullRequestId: approved, text: message.text });
  }
  const phase = state.status === 'none' ? null : currentPhase(state);
  const writes: StreamWrite[] = [];
  for (const instanceId of phase === null ? [] : recipientsOf(phase, to)) {
    const instance = streamOf('instance', instanceId);
    const loaded = await load(instance, instanceDecider);
    if (to === 'all' && isInstanceEnded(loaded.state)) continue;
    const command = { type: 'SendMessage' as const, messageId: messageIdFor(instanceId), ...message };
    const events: InstanceEvent[] = instanceDecider.decide(command, loaded.state);
    writes.push({ stream: instance, events });
  }
  if (writes.length === 0) throw new DomainError('TASK_NOT_RUNNING');
  return writes;
}

/** The agents that are meant. Throws ATTEMPT_NOT_FOUND, ATTEMPT_SET_ASIDE. */
function recipientsOf(phase: PhaseState, to: string | undefined): string[] {
  if (to === 'all') return attemptsUnderWay(phase).map(({ instanceId }) => instanceId);
  if (to === undefined) return [leadingAttempt(phase)?.instanceId].filter((id) => id !== undefined);
  const meant = phase.attempts.find(({ instanceId }) => instanceId === to);
  if (meant === undefined) throw new DomainError('ATTEMPT_NOT_FOUND');
  if (!isUnderWay(meant)) throw new DomainError('ATTEMPT_SET_ASIDE');
  return [to];
}
