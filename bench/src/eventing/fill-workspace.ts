import type { NewEvent } from '@claude-codex/contracts/envelope';
import { streamOf } from '@claude-codex/contracts/ids';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import type { EventStore } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit/ids';

const AT_ONCE = 32;

export interface Filled {
  taskIds: string[];
  position: number;
}

/** Adds tasks to a workspace, spread over the columns of its board, ten events each. */
export async function fillWorkspace(
  store: Pick<EventStore, 'append'>,
  options: { workspaceId: string; tasks: number; firstNumber?: number },
): Promise<Filled> {
  const { workspaceId, tasks, firstNumber = 1 } = options;
  const repositoryId = newId();
  const taskIds: string[] = [];
  let next = 0;
  let position = 0;
  async function addSome(): Promise<void> {
    while (next < tasks) {
      const number = firstNumber + next;
      next += 1;
      const taskId = newId();
      const result = await store.append({
        commandId: newId(),
        meta: {
          actor: { kind: 'person', id: 'ada' },
          causedBy: null,
          correlationId: 'bench',
          causationId: null,
          workspaceId,
        },
        writes: writesOf(taskId, repositoryId, number).map(({ stream, events }) => ({
          stream,
          expectedVersion: 'any',
          events,
        })),
      });
      if (result.status !== 'appended') throw new Error(`append answered ${result.status}`);
      position = Math.max(position, result.lastPosition);
      taskIds.push(taskId);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, addSome));
  return { taskIds, position };
}

function writesOf(taskId: string, repositoryId: string, number: number): { stream: string; events: NewEvent[] }[] {
  const workflow = BUILT_IN_WORKFLOWS[0];
  const phase = workflow?.phases[0]?.name ?? 'develop';
  const instanceId = newId();
  const created: NewEvent = {
    type: 'TaskCreated',
    data: {
      number,
      title: `Retry upload ${number} when the network comes back`,
      description: 'The upload stops for good after one failed part; it should go on with that part. '.repeat(4),
      taskType: 'feature',
      priority: 'normal',
      labels: ['upload', 'network'],
      repositoryId,
      baseBranch: 'main',
      model: null,
      workflow,
      origin: null,
    },
  };
  const started: NewEvent[] = [
    { type: 'TaskQueued', data: {} },
    { type: 'TaskStarted', data: {} },
    { type: 'AttemptStarted', data: { phase, round: 1, kind: 'coding', instanceId } },
  ];
  const queued: NewEvent = {
    type: 'InstanceQueued',
    data: {
      name: `work-${number}-a1`,
      taskId,
      repositoryId,
      kind: 'coding',
      phase,
      attempt: 1,
      branch: `codex/${number}`,
      baseBranch: 'main',
      model: null,
    },
  };
  const progress: NewEvent[] = [1, 2, 3, 4, 5].map((step) => ({
    type: 'ProgressReported',
    data: { step: `Step ${step}`, percent: step * 10, note: 'Reading what is there before changing it.' },
  }));
  const ends: NewEvent[] = [
    { type: 'TaskCompleted', data: { pullRequestId: null } },
    { type: 'TaskFailed', data: { code: 'CHECK_FAILED', detail: 'The check did not pass.', instanceId: null } },
    { type: 'TaskPaused', data: {} },
  ];
  const end = ends[number % 4];
  const ended = end === undefined ? [] : [end];
  return [
    { stream: streamOf('task', taskId), events: [created, ...(number % 5 === 0 ? [] : [...started, ...ended])] },
    { stream: streamOf('instance', instanceId), events: [queued, ...progress] },
  ];
}
