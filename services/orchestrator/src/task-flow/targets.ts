import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import {
  type InstanceCommand,
  instanceDecider,
  type TaskCommand,
  type TaskState,
  taskDecider,
} from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing/load-state';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';

export async function toTask(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  command: TaskCommand,
): Promise<void> {
  await follow(ports, event, { step: command.type, stream: streamOf('task', taskId), decider: taskDecider, command });
}

export async function toInstance(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  instanceId: string,
  command: InstanceCommand,
): Promise<void> {
  const step = `${command.type}:${instanceId}`;
  await follow(ports, event, { step, stream: streamOf('instance', instanceId), decider: instanceDecider, command });
}

/** To every instance that worked on the task; one that ended already refuses, which is fine. */
export async function toInstances(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  command: InstanceCommand,
): Promise<void> {
  for (const instanceId of instancesOf(await readTask(ports, taskId)))
    await toInstance(ports, event, instanceId, command);
}

export async function readTask({ store }: TaskFlowPorts, taskId: string): Promise<TaskState> {
  return await loadState(store, streamOf('task', taskId), taskDecider);
}

function instancesOf(task: TaskState): string[] {
  if (task.status === 'none') return [];
  return [...new Set(task.phases.flatMap(({ attempts }) => attempts.map(({ instanceId }) => instanceId)))];
}
