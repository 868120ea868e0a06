import { join } from 'node:path';
import { type EventData, type EventType, type NewEvent, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { newId } from '@claude-codex/service-kit';
import { commitFiles, git } from '../mirrors/git-fixture.ts';

/** Where the task is written, and the work it is about. */
interface Stage {
  /** With the clones `first`, as the source was at first, and `work`. */
  readonly root: string;
  readonly gitDir: string;
  readonly repositoryId: string;
  append(stream: string, ...events: NewEvent[]): Promise<void>;
}

const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop');

export function event<T extends EventType>(type: T, data: EventData<T>): NewEvent {
  return { type, data };
}

/** A task whose change waits for its review; the work is one file of its own, on the base as it was at first. */
export async function writeTaskInReview(
  { root, gitDir, repositoryId, append }: Stage,
  number: number,
): Promise<string> {
  const [taskId, instanceId, reviewId] = [newId(), newId(), newId()];
  const branch = `codex/${number}-a1`;
  const work = join(root, 'work');
  git(work, 'checkout', '--quiet', '-B', branch, git(join(root, 'first'), 'rev-parse', 'main'));
  const headSha = commitFiles(work, { [`file-${number}.txt`]: `${number}\n` }, `Change ${number}`);
  git(work, 'push', '--quiet', gitDir, `HEAD:refs/heads/${branch}`);
  if (workflow === undefined) throw new Error('the workflow is gone');
  const about = { repositoryId, baseBranch: 'main', model: null };
  const described = { title: `Task ${number}`, description: '', labels: [] };
  const phase = { phase: 'develop', round: 1, instanceId };
  const changes = {
    branch,
    baseSha: git(join(root, 'first'), 'rev-parse', 'main'),
    headSha,
    previousHeadSha: null,
    commits: [{ sha: headSha, subject: `Change ${number}`, authoredAt: '2026-01-01T00:00:00Z' }],
    filesChanged: 1,
    additions: 1,
    deletions: 0,
    diffBlobId: 'd',
    interdiffBlobId: null,
  };
  const done = { ...phase, summary: '', deliverables: [], changes };
  await append(
    streamOf('task', taskId),
    event('TaskCreated', {
      ...about,
      ...described,
      number,
      taskType: 'feature',
      priority: 'normal',
      workflow,
      origin: null,
    }),
    event('TaskStarted', {}),
    event('AttemptStarted', { ...phase, kind: 'coding' }),
    event('AttemptCompleted', { ...done, evidence: { toolCalls: 1, check: null, suspicious: false }, reviewId }),
  );
  const named = { name: `work-${number}-a1`, kind: 'coding' as const, phase: 'develop', attempt: 1, branch };
  await append(streamOf('instance', instanceId), event('InstanceQueued', { ...about, ...named, taskId }));
  await append(
    streamOf('review', reviewId),
    event('ReviewCreated', { ...done, taskId, subject: 'changes', gate: [{ by: 'person', needed: 1 }] }),
  );
  return reviewId;
}
