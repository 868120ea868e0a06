import type { EventData, TaskEvent } from '@claude-codex/contracts/events';
import type { ChangeSet, Deliverable, Evidence } from '@claude-codex/contracts/task/events';
import { workflowNamed } from '../workflows/index.ts';

/** Ids and events the domain's tests share. */
export const TASK = '01jd0000000000000000000001';
export const PLANNER = '01jd0000000000000000000002';
export const CODER = '01jd0000000000000000000003';
export const REVIEW = '01jd0000000000000000000004';
export const REPOSITORY = '01jd0000000000000000000005';

export const plan: Deliverable = { path: 'PLAN.md', blobId: 'b1', bytes: 10, sha256: 'b1' };

export const changes: ChangeSet = {
  branch: 'codex/1-greet-a1',
  baseSha: 'a'.repeat(40),
  headSha: 'b'.repeat(40),
  previousHeadSha: null,
  commits: [{ sha: 'b'.repeat(40), subject: 'Greet', authoredAt: '2026-01-01T00:00:00Z' }],
  filesChanged: 1,
  additions: 3,
  deletions: 1,
  diffBlobId: 'd1',
  interdiffBlobId: null,
};

export const evidence: Evidence = { toolCalls: 4, check: null, suspicious: false };

const workflow = workflowNamed('plan-design-develop');
if (workflow === null) throw new Error('the built-in workflow is gone');

export const taskData: EventData<'TaskCreated'> = {
  number: 1,
  title: 'Greet',
  description: '',
  taskType: 'feature',
  priority: 'normal',
  labels: [],
  repositoryId: REPOSITORY,
  baseBranch: 'main',
  model: null,
  workflow,
  origin: null,
};

export const created: TaskEvent = { type: 'TaskCreated', data: taskData };
export const queued: TaskEvent = { type: 'TaskQueued', data: {} };
export const started: TaskEvent = { type: 'TaskStarted', data: {} };

export function phaseStarted(phase: string, kind: 'planning' | 'coding', instanceId: string, round = 1): TaskEvent {
  return { type: 'AttemptStarted', data: { phase, round, kind, instanceId } };
}

export const planCompleted: TaskEvent = {
  type: 'AttemptCompleted',
  data: {
    phase: 'plan',
    round: 1,
    instanceId: PLANNER,
    summary: 'A plan.',
    deliverables: [plan],
    changes: null,
    evidence,
    reviewId: REVIEW,
  },
};

export function approved(phase: string, reviewId: string | null, instanceId = PLANNER): TaskEvent {
  return { type: 'PhaseApproved', data: { phase, reviewId, instanceId } };
}
