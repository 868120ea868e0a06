import type { EventData, EventMeta, EventType, ForgeProvider, TaskView } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import type { TaskRelatedEvent } from '@claude-codex/domain/task-events/task-related';
import { foldTask } from './fold-task.ts';

export const TASK = '01task00000000000000000000';
export const PLANNER = '01p1anner00000000000000000';
export const CODER = '01c0der0000000000000000000';
export const QUESTION = '01quest0000000000000000000';
export const DEPENDENCY = '01dep000000000000000000000';
export const REVIEW = '01rev000000000000000000000';
export const PULL_REQUEST = '01pr0000000000000000000000';
export const WORKSPACE = '01w0rkspace000000000000000';

type Step<T extends EventType = EventType> = {
  [K in T]: { stream: string; type: K; data: EventData<K>; by?: string };
}[T];

function on<T extends EventType>(stream: string, type: T, data: EventData<T>, by?: string): Step {
  return { stream, type, data, ...(by === undefined ? {} : { by }) } as Step;
}

export const task = <T extends EventType>(type: T, data: EventData<T>) => on(streamOf('task', TASK), type, data);
export const coder = <T extends EventType>(type: T, data: EventData<T>, by?: string) =>
  on(streamOf('instance', CODER), type, data, by);
export const question = <T extends EventType>(type: T, data: EventData<T>, by?: string) =>
  on(streamOf('question', QUESTION), type, data, by);
export const dependency = <T extends EventType>(type: T, data: EventData<T>, by?: string) =>
  on(streamOf('dependency', DEPENDENCY), type, data, by);
export const review = <T extends EventType>(type: T, data: EventData<T>, by?: string) =>
  on(streamOf('review', REVIEW), type, data, by);
export const pullRequest = <T extends EventType>(type: T, data: EventData<T>) =>
  on(streamOf('pullrequest', PULL_REQUEST), type, data);
export const usage = <T extends EventType>(type: T, data: EventData<T>) => on(streamOf('usage', CODER), type, data);

/** An event or several in a row. */
export type History = Step | readonly Step[];

/** Events as the store would hand them out: a second apart, from 09:00:00 on, positions from 1. */
export function recorded(steps: readonly Step[]): TaskRelatedEvent[] {
  return steps.map((step, index) => {
    const person = step.by;
    const actor: EventMeta['actor'] =
      person === undefined ? { kind: 'system', id: 'orchestrator' } : { kind: 'person', id: person };
    return {
      ...step,
      position: index + 1,
      eventId: `event-${index + 1}`,
      version: index + 1,
      schemaVersion: 1,
      meta: {
        actor,
        causedBy: null,
        correlationId: 'c',
        causationId: null,
        commandId: `command-${index + 1}`,
        workspaceId: WORKSPACE,
      },
      at: new Date(Date.UTC(2026, 10, 20, 9, 0, index)).toISOString(),
      hash: '',
    } as TaskRelatedEvent;
  });
}

/** The task after these events. Throws when there is none. */
export function taskAfter(...steps: readonly History[]): TaskView {
  const view = recorded(steps.flat()).reduce<TaskView | null>(foldTask, null);
  if (view === null) throw new Error('there is no task');
  return view;
}

const gate = [{ by: 'person' as const, needed: 1 }];
const phase = { instructions: '', deliverables: [], attempts: 1, gate };

export const created: Step = task('TaskCreated', {
  number: 7,
  title: 'Greet by name',
  description: 'People like it.',
  taskType: 'feature',
  priority: 'high',
  labels: ['ui'],
  repositoryId: '01rep000000000000000000000',
  baseBranch: 'main',
  model: null,
  origin: null,
  workflow: {
    name: 'plan-develop',
    title: 'Plan, develop',
    description: '',
    phases: [
      { ...phase, name: 'plan', title: 'Plan', kind: 'planning', requiresChanges: false },
      { ...phase, name: 'develop', title: 'Develop', kind: 'coding', requiresChanges: true },
    ],
    maxRounds: 3,
  },
});

/** Up to an agent that works on the second phase. */
export const developing: readonly Step[] = [
  created,
  task('TaskQueued', {}),
  task('AttemptStarted', { phase: 'plan', round: 1, kind: 'planning', instanceId: PLANNER }),
  task('TaskStarted', {}),
  task('PhaseApproved', { phase: 'plan', reviewId: null, instanceId: PLANNER }),
  task('AttemptStarted', { phase: 'develop', round: 1, kind: 'coding', instanceId: CODER }),
  coder('InstanceQueued', {
    name: 'work-7-a1',
    taskId: TASK,
    repositoryId: '01rep000000000000000000000',
    kind: 'coding',
    phase: 'develop',
    attempt: 1,
    branch: 'codex/work-7-a1',
    baseBranch: 'main',
    model: null,
  }),
  coder('InstanceStarting', { epoch: 1, managerId: 'm1', runtime: 'process', resumeSessionId: null }),
  coder('InstanceStarted', { epoch: 1, handle: 'h1', baseSha: 'b' }),
  coder('InstanceAttached', {
    epoch: 1,
    sessionId: 's1',
    program: { name: 'Claude Code', version: '2.1.0' },
    model: 'scripted',
    resumed: false,
  }),
];

export const asked = question('QuestionAsked', {
  taskId: TASK,
  instanceId: CODER,
  category: 'business',
  question: 'Which greeting?',
  options: [],
  multi: false,
  defaultAnswer: null,
  timeoutSeconds: null,
});
export const answered = question('QuestionAnswered', { answer: { choices: [], text: 'Hello' }, by: 'person' }, 'ada');

export const requested = (required: boolean) =>
  dependency('DependencyRequested', {
    taskId: TASK,
    instanceId: CODER,
    dependencyType: 'api_key',
    name: 'WEATHER_KEY',
    description: '',
    required,
  });

const changes = {
  branch: 'codex/work-7-a1',
  baseSha: 'b',
  headSha: 'h',
  previousHeadSha: null,
  commits: [],
  filesChanged: 2,
  additions: 30,
  deletions: 4,
  diffBlobId: 'd',
  interdiffBlobId: null,
};
const deliverable = { path: 'NOTES.md', blobId: 'n1', bytes: 3, sha256: 'n1' };

/** The agent hands over its work and a review is created. */
export const handedOver: readonly Step[] = [
  task('AttemptCompleted', {
    phase: 'develop',
    round: 1,
    instanceId: CODER,
    summary: 'Done.',
    deliverables: [deliverable],
    changes,
    evidence: { toolCalls: 4, check: null, suspicious: false },
    reviewId: REVIEW,
  }),
  review('ReviewCreated', {
    taskId: TASK,
    instanceId: CODER,
    phase: 'develop',
    round: 1,
    subject: 'changes',
    summary: 'Done.',
    deliverables: [deliverable],
    changes,
    gate,
  }),
];

/** Approved work, and the change it goes into the base by. */
const approved = (provider: ForgeProvider): readonly Step[] => [
  review('ReviewApproved', { note: 'Nice.', merge: null }, 'ada'),
  task('PhaseApproved', { phase: 'develop', reviewId: REVIEW, instanceId: CODER }),
  pullRequest('PullRequestOpened', {
    taskId: TASK,
    repositoryId: '01rep000000000000000000000',
    provider,
    number: null,
    url: null,
    branch: 'codex/work-7-a1',
    baseBranch: 'main',
    headSha: 'h',
    title: 'Greet by name',
    body: '',
    draft: false,
  }),
];

export const mergeable = approved('local');
/** Of a repository whose changes have to be opened at a forge first. */
export const offered = approved('github');

export const mergeRequested = pullRequest('PullRequestMergeRequested', { strategy: 'squash' });
export const merged = pullRequest('PullRequestMerged', { mergeSha: 'm', strategy: 'squash' });

export const SECOND = '01sec0nd000000000000000000';
/** The review of an agent's work in a round. */
export const reviewOf = (instanceId: string, round: number) => `01rev${round}${instanceId.slice(2, 5)}`.padEnd(26, '0');

/** Two agents that try the second phase. */
export const twoAttempts: readonly Step[] = [
  ...developing.map((step) =>
    step.type === 'TaskCreated'
      ? task('TaskCreated', { ...step.data, workflow: withTwoAttempts(step.data.workflow) })
      : step,
  ),
  task('AttemptStarted', { phase: 'develop', round: 1, kind: 'coding', instanceId: SECOND }),
];

function withTwoAttempts(workflow: EventData<'TaskCreated'>['workflow']) {
  const phases = workflow.phases.map((one) => (one.requiresChanges ? { ...one, attempts: 2 } : one));
  return { ...workflow, phases };
}

/** One of them hands over work, with a check that ends so. */
export function handsOver(instanceId: string, exitCode: number, round = 1): readonly Step[] {
  const reviewId = reviewOf(instanceId, round);
  const own = { ...changes, branch: `codex/${instanceId}`, headSha: `${instanceId}.${round}` };
  const check = {
    command: 'npm test',
    exitCode,
    durationMs: 1,
    timedOut: false,
    outputBlobId: 'o',
    where: 'process' as const,
  };
  const work = { phase: 'develop', round, instanceId, summary: 'Done.', deliverables: [], changes: own };
  return [
    task('AttemptCompleted', { ...work, evidence: { toolCalls: 4, check, suspicious: false }, reviewId }),
    on(streamOf('review', reviewId), 'ReviewCreated', { ...work, taskId: TASK, subject: 'changes', gate }),
  ];
}

/** Somebody asks it for changes, and it goes on or, its rounds being used up, waits. */
export function sentBack(instanceId: string, then: 'rework' | 'exhausted', round = 1): readonly Step[] {
  const reviewId = reviewOf(instanceId, round);
  return [
    on(streamOf('review', reviewId), 'ReviewChangesRequested', { summary: 'Rename it.', comments: [] }, 'ada'),
    then === 'rework'
      ? task('AttemptReworkRequested', { phase: 'develop', round: round + 1, reviewId, instanceId })
      : task('AttemptRoundsExhausted', { phase: 'develop', round, reviewId, instanceId }),
  ];
}

/** Somebody rejects its work while the other one goes on. */
export function rejected(instanceId: string): readonly Step[] {
  return [
    on(streamOf('review', reviewOf(instanceId, 1)), 'ReviewRejected', { summary: 'No.' }, 'ada'),
    task('AttemptSetAside', { phase: 'develop', instanceId, reason: 'It was rejected.' }),
  ];
}
