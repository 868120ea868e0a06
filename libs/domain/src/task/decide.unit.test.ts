import type { TaskEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import {
  approved,
  CODER,
  changes,
  created,
  evidence,
  PLANNER,
  phaseStarted,
  plan,
  planCompleted,
  queued,
  REVIEW,
  started,
  taskData,
} from '../spec/samples.ts';
import { currentPhase, type TaskCommand, taskDecider } from './index.ts';

const given = specFor(taskDecider);
const running = [created, queued, phaseStarted('plan', 'planning', PLANNER), started];
const inReview = [...running, planCompleted];
const developing = [
  ...inReview,
  approved('plan', REVIEW),
  phaseStarted('design', 'planning', PLANNER),
  approved('design', null),
  phaseStarted('develop', 'coding', CODER),
];

const completePlan: TaskCommand = {
  type: 'CompleteAttempt',
  missingDeliverables: [],
  phase: 'plan',
  round: 1,
  instanceId: PLANNER,
  summary: 'A plan.',
  deliverables: [plan],
  changes: null,
  evidence,
  reviewId: REVIEW,
};
const completeDevelop: TaskCommand = {
  ...completePlan,
  phase: 'develop',
  instanceId: CODER,
  deliverables: [],
  changes,
  reviewId: REVIEW,
};

describe('a task', () => {
  it('is created once', () => {
    given([])
      .when({ type: 'CreateTask', ...taskData })
      .then([created]);
    given([created])
      .when({ type: 'CreateTask', ...taskData })
      .thenNothing();
  });

  it('starts when a person says so, and only once', () => {
    given([created]).when({ type: 'ExecuteTask' }).then([queued]);
    given([created, queued]).when({ type: 'ExecuteTask' }).refusedWith('TASK_ALREADY_STARTED', { status: 'queued' });
    given([]).when({ type: 'ExecuteTask' }).refusedWith('TASK_NOT_FOUND');
    const cancelled = { type: 'TaskCancelled' as const, data: { reason: '' } };
    given([created, cancelled]).when({ type: 'ExecuteTask' }).refusedWith('TASK_ENDED', { status: 'cancelled' });
  });

  it('pauses and resumes', () => {
    given(running)
      .when({ type: 'PauseTask' })
      .then([{ type: 'TaskPaused', data: {} }]);
    given([created]).when({ type: 'PauseTask' }).refusedWith('TASK_NOT_RUNNING');
    given(running).when({ type: 'ResumeTask' }).refusedWith('TASK_NOT_PAUSED');
  });

  it('is cancelled once, and not after it was completed', () => {
    const cancelled: TaskEvent = { type: 'TaskCancelled', data: { reason: 'changed our mind' } };
    given(running).when({ type: 'CancelTask', reason: 'changed our mind' }).then([cancelled]);
    given([...running, cancelled])
      .when({ type: 'CancelTask', reason: 'again' })
      .thenNothing();
    const completed: TaskEvent = { type: 'TaskCompleted', data: { pullRequestId: null } };
    given([...running, completed])
      .when({ type: 'CancelTask', reason: '' })
      .refusedWith('TASK_ENDED');
  });

  it('is retried after it failed, with a new instance in the phase it failed in', () => {
    const failed: TaskEvent = { type: 'TaskFailed', data: { code: 'X', detail: '', instanceId: PLANNER } };
    given(running).when({ type: 'RetryTask' }).refusedWith('TASK_NOT_FAILED');
    const retried = [...running, failed, { type: 'TaskRetried', data: {} } satisfies TaskEvent];
    given(retried)
      .when({ type: 'StartAttempt', phase: 'plan', instanceId: CODER })
      .then([phaseStarted('plan', 'planning', CODER)]);
  });

  it('may be deleted when nothing runs any more', () => {
    given(running).when({ type: 'DeleteTask' }).refusedWith('TASK_ALREADY_STARTED');
    given([created])
      .when({ type: 'DeleteTask' })
      .then([{ type: 'TaskDeleted', data: {} }]);
  });
});

describe('a phase', () => {
  it('starts in the order of the workflow', () => {
    given([created, queued])
      .when({ type: 'StartAttempt', phase: 'develop', instanceId: CODER })
      .refusedWith('PHASE_NOT_RUNNING');
    given([created, queued])
      .when({ type: 'StartAttempt', phase: 'plan', instanceId: PLANNER })
      .then([phaseStarted('plan', 'planning', PLANNER)]);
    given(running).when({ type: 'StartAttempt', phase: 'plan', instanceId: PLANNER }).thenNothing();
  });

  it('ends with a hand-over that is reviewed', () => {
    given(running).when(completePlan).then([planCompleted]);
    given(inReview).when(completePlan).refusedWith('PHASE_NOT_RUNNING', { status: 'in_review' });
    given(running)
      .when({ ...completePlan, instanceId: CODER })
      .refusedWith('PHASE_NOT_RUNNING');
  });

  it('does not end without evidence', () => {
    const refused = (phase: string, reasons: string[]): TaskEvent[] => [
      { type: 'AttemptRefused', data: { phase, round: 1, reasons, instanceId: phase === 'plan' ? PLANNER : CODER } },
    ];
    given(running)
      .when({ ...completePlan, deliverables: [] })
      .then(refused('plan', ['The deliverable PLAN.md was not handed over.']));
    given(running)
      .when({ ...completePlan, deliverables: [], missingDeliverables: ['PLAN.md'] })
      .then(refused('plan', ['The deliverable PLAN.md does not exist.']));
    given(developing)
      .when({ ...completeDevelop, changes: null })
      .then(refused('develop', ['There is no commit.']));
    given(developing)
      .when({ ...completeDevelop, changes: { ...changes, filesChanged: 0 } })
      .then(refused('develop', ['The commits change nothing: the diff is empty.']));
    given(running)
      .when({ ...completePlan, evidence: { ...evidence, toolCalls: 0, suspicious: true } })
      .then(refused('plan', ['No tool was called, so nothing can have been done.']));
  });

  it('is refused once in a round for what the agent may mean to be so, and then ends', () => {
    const objections = ['Conflict markers are left in a.txt.'];
    const { type: _type, missingDeliverables: _missing, ...data } = completeDevelop;
    const completed: TaskEvent = { type: 'AttemptCompleted', data };
    const refused: TaskEvent = {
      type: 'AttemptRefused',
      data: { phase: 'develop', round: 1, reasons: objections, instanceId: CODER },
    };
    given(developing)
      .when({ ...completeDevelop, objections })
      .then([refused]);
    given([...developing, refused])
      .when({ ...completeDevelop, objections })
      .then([completed]);
    const other = ['Conflict markers are left in b.txt.'];
    given([...developing, refused])
      .when({ ...completeDevelop, objections: [...objections, ...other] })
      .then([{ type: 'AttemptRefused', data: { phase: 'develop', round: 1, reasons: other, instanceId: CODER } }]);
    const rework: TaskEvent = {
      type: 'AttemptReworkRequested',
      data: { phase: 'develop', round: 2, reviewId: REVIEW, instanceId: CODER },
    };
    given([...developing, refused, completed, rework])
      .when({ ...completeDevelop, round: 2, changes: { ...changes, headSha: 'e'.repeat(40) }, objections })
      .then([{ type: 'AttemptRefused', data: { phase: 'develop', round: 2, reasons: objections, instanceId: CODER } }]);
  });

  it('counts rounds of rework, and wants something new in each', () => {
    const { type: _type, missingDeliverables: _missing, ...data } = completeDevelop;
    const handedOver: TaskEvent[] = [...developing, { type: 'AttemptCompleted', data }];
    const rework: TaskEvent = {
      type: 'AttemptReworkRequested',
      data: { phase: 'develop', round: 2, reviewId: REVIEW, instanceId: CODER },
    };
    given(handedOver).when({ type: 'RequestRework', phase: 'develop', reviewId: REVIEW }).then([rework]);
    given(handedOver)
      .when({ type: 'RequestRework', phase: 'develop', reviewId: PLANNER })
      .refusedWith('PHASE_NOT_IN_REVIEW');
    given([...handedOver, rework])
      .when({ ...completeDevelop, round: 2 })
      .then([
        {
          type: 'AttemptRefused',
          data: {
            phase: 'develop',
            round: 2,
            reasons: ['Nothing changed since the previous round.'],
            instanceId: CODER,
          },
        },
      ]);
  });

  it('is approved once, by the review that is open for it', () => {
    given(inReview)
      .when({ type: 'ApprovePhase', phase: 'plan', instanceId: PLANNER, reviewId: REVIEW })
      .then([approved('plan', REVIEW)]);
    given(inReview)
      .when({ type: 'ApprovePhase', phase: 'plan', instanceId: PLANNER, reviewId: CODER })
      .refusedWith('PHASE_NOT_IN_REVIEW');
    given([...inReview, approved('plan', REVIEW)])
      .when({ type: 'ApprovePhase', phase: 'plan', instanceId: PLANNER, reviewId: REVIEW })
      .thenNothing();
    given([...inReview, approved('plan', REVIEW)]).thenState((state) => {
      expect(state.status === 'none' ? null : currentPhase(state)?.definition.name).toBe('design');
    });
  });
});
