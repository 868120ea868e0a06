import type {
  EventData,
  PullRequestEvent,
  RepositoryEvent,
  ReviewEvent,
  TaskEvent,
} from '@claude-codex/contracts/events';
import type { ForgeProvider } from '@claude-codex/contracts/forge';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import type { ChangeSet, Deliverable, Evidence } from '@claude-codex/contracts/task/events';
import type { PhaseDefinition } from '@claude-codex/contracts/task/workflow';
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

/** What the tests of decisions over several streams share: a repository that asks for green checks, and its work. */
export const connected: RepositoryEvent = {
  type: 'RepositoryConnected',
  data: {
    ...{ name: 'app', source: { kind: 'path', path: '/srv/app.git' }, baseBranch: null, checkCommand: 'npm test' },
    ...{ requireGreen: true, defaultBranch: 'main', followThrough: FOLLOW_THROUGH, issues: ISSUE_SETTINGS },
    sendsThreads: false,
  },
};

const DEVELOP: PhaseDefinition = {
  ...{ name: 'develop', title: 'Develop', kind: 'coding', instructions: '', deliverables: [] },
  ...{ attempts: 1, gate: [{ by: 'person', needed: 1 }], requiresChanges: true },
};

/** A task whose only phase changes code, or whose phases are such with what is said of each. */
export function createdOf(...phases: readonly Partial<PhaseDefinition>[]): TaskEvent {
  const all = phases.length === 0 ? [DEVELOP] : phases.map((phase) => ({ ...DEVELOP, ...phase }));
  return { type: 'TaskCreated', data: { ...taskData, workflow: { ...taskData.workflow, phases: all } } };
}

export function attemptStarted(instanceId = CODER): TaskEvent {
  return phaseStarted('develop', 'coding', instanceId);
}

/** Work of the phase `develop` was handed over; `exitCode`: of its check, null when none ran. */
export function developed({
  instanceId = CODER,
  reviewId = REVIEW,
  exitCode = null,
}: {
  instanceId?: string;
  reviewId?: string | null;
  exitCode?: number | null;
}): TaskEvent {
  const ran = { command: 'npm test', durationMs: 1, timedOut: false, outputBlobId: 'o', where: 'container' } as const;
  const check = exitCode === null ? null : { ...ran, exitCode };
  const of = { phase: 'develop', round: 1, instanceId, summary: '', deliverables: [], reviewId };
  return { type: 'AttemptCompleted', data: { ...of, changes, evidence: { ...evidence, check } } };
}

/** The review of that work. */
export function reviewCreated(instanceId = CODER, phase = 'develop'): ReviewEvent {
  const of = { taskId: TASK, instanceId, phase, round: 1, subject: 'changes' as const };
  const rest = { summary: '', deliverables: [], changes, gate: [...DEVELOP.gate] };
  return { type: 'ReviewCreated', data: { ...of, ...rest } };
}

/** Its pull request; in a repository of our own it is open at once. */
export function opened(provider: ForgeProvider): PullRequestEvent {
  const of = { taskId: TASK, repositoryId: REPOSITORY, provider, number: null, url: null, branch: changes.branch };
  const rest = { baseBranch: 'main', headSha: changes.headSha, title: 'Greet', body: '', draft: false };
  return { type: 'PullRequestOpened', data: { ...of, ...rest } };
}
