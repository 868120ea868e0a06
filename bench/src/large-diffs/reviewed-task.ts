import type { NewEvent } from '@claude-codex/contracts/envelope';
import { streamOf } from '@claude-codex/contracts/ids';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import { newId } from '@claude-codex/service-kit/ids';
import type { System } from '../system/system.ts';

interface Stored {
  readonly blobId: string;
  readonly filesChanged: number;
  readonly additions: number;
  readonly deletions: number;
}

let number = 0;

/** A task whose change waits for a review; gives its id once a page can show it. */
export async function reviewedTask(
  { store, workspaceId, address, headers }: System,
  title: string,
  commits: { baseSha: string; headSha: string },
  { blobId, ...counts }: Stored,
): Promise<string> {
  const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop') ?? BUILT_IN_WORKFLOWS[0];
  const phase = workflow?.phases[0]?.name ?? 'develop';
  const [taskId, instanceId, repositoryId, reviewId] = [newId(), newId(), newId(), newId()];
  number += 1;
  const branch = `codex/${number}`;
  const commit = { sha: commits.headSha, subject: 'Work', authoredAt: new Date().toISOString() };
  const changes = {
    branch,
    ...commits,
    previousHeadSha: null,
    commits: [commit],
    ...counts,
    diffBlobId: blobId,
    interdiffBlobId: null,
  };
  const work = { phase, round: 1, instanceId, summary: 'Done.', deliverables: [], changes };
  const evidence = { toolCalls: 3, check: null, suspicious: false };
  const task = {
    number,
    title,
    description: '',
    taskType: 'feature',
    priority: 'normal',
    labels: [],
    repositoryId,
    baseBranch: 'main',
    model: null,
    workflow,
    origin: null,
  };
  const instance = {
    name: `work-${number}-a1`,
    taskId,
    repositoryId,
    kind: 'coding',
    phase,
    attempt: 1,
    branch,
    baseBranch: 'main',
    model: null,
  };
  const writes: [string, NewEvent[]][] = [
    [
      streamOf('task', taskId),
      [
        { type: 'TaskCreated', data: task },
        { type: 'TaskQueued', data: {} },
        { type: 'TaskStarted', data: {} },
        { type: 'AttemptStarted', data: { phase, round: 1, kind: 'coding', instanceId } },
      ],
    ],
    [streamOf('instance', instanceId), [{ type: 'InstanceQueued', data: instance }]],
    [streamOf('task', taskId), [{ type: 'AttemptCompleted', data: { ...work, evidence, reviewId } }]],
    [
      streamOf('review', reviewId),
      [{ type: 'ReviewCreated', data: { ...work, taskId, subject: 'changes', gate: [{ by: 'person', needed: 1 }] } }],
    ],
  ];
  let position = 0;
  for (const [stream, events] of writes) {
    const actor = { kind: 'person' as const, id: 'ada' };
    const meta = { actor, causedBy: null, correlationId: 'bench', causationId: null, workspaceId };
    const result = await store.append({
      commandId: newId(),
      meta,
      writes: [{ stream, expectedVersion: 'any', events }],
    });
    if (result.status !== 'appended') throw new Error(`append answered ${result.status}`);
    position = result.lastPosition;
  }
  const answer = await fetch(`${address}/api/tasks/${taskId}?min_position=${position}`, { headers });
  if (!answer.ok) throw new Error(`the task answered ${answer.status}: ${await answer.text()}`);
  return taskId;
}
