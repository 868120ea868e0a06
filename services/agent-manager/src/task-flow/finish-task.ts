import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import {
  instanceDecider,
  type PhaseState,
  pullRequestDecider,
  type TaskFacts,
  taskDecider,
} from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing/load-state';
import { idFrom } from '@claude-codex/service-kit/ids';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';

/** Every phase is approved: a task with changes opens a pull request and waits for its merge; one without is complete. */
export async function finishTask(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  task: TaskFacts,
): Promise<void> {
  const changed = task.phases.findLast((phase) => phase.definition.requiresChanges && phase.headSha !== null);
  if (changed === undefined) {
    await follow(ports, event, {
      step: 'complete-task',
      stream: streamOf('task', taskId),
      decider: taskDecider,
      command: { type: 'CompleteTask', pullRequestId: null },
    });
    return;
  }
  await openPullRequest(ports, event, taskId, task, changed);
}

async function openPullRequest(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  taskId: string,
  task: TaskFacts,
  phase: PhaseState,
): Promise<void> {
  const { instanceId, headSha } = phase;
  if (instanceId === null || headSha === null) return;
  const instance = await loadState(ports.store, streamOf('instance', instanceId), instanceDecider);
  if (instance.status === 'none') return;
  await follow(ports, event, {
    step: 'open-pull-request',
    stream: streamOf('pullrequest', idFrom(event.eventId, 'pull-request')),
    decider: pullRequestDecider,
    command: {
      type: 'OpenPullRequest',
      taskId,
      repositoryId: task.repositoryId,
      provider: 'local',
      number: null,
      url: null,
      branch: instance.branch,
      baseBranch: task.baseBranch,
      headSha,
      title: task.title,
      body: task.description,
      draft: false,
    },
  });
}
