import type { TaskEvent } from '@claude-codex/contracts/events';
import type { Evidence } from '@claude-codex/contracts/task/events';
import type { GateRule, PhaseDefinition } from '@claude-codex/contracts/task/workflow';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { changes, created, evidence, queued, REVIEW, started, taskData } from '../spec/samples.ts';
import { attemptsUnderWay, attemptsWanted, leadingAttempt, type PhaseState } from './attempts.ts';
import { currentPhase, type TaskCommand, type TaskState, taskDecider } from './index.ts';

const given = specFor(taskDecider);
const [ADA, BOB, EVE, ZOE] = ['a', 'b', 'c', 'd'].map((end) => `01jd000000000000000000001${end}`) as [
  string,
  string,
  string,
  string,
];
const REVIEW_OF_BOB = '01jd0000000000000000000020';
const REASON = 'The work of another attempt was kept.';
const ONE_PERSON: GateRule[] = [{ by: 'person', needed: 1 }];

/** A task whose only phase so many agents try. */
function taskOf(attempts: number, gate: GateRule[] = ONE_PERSON, maxRounds = 3): TaskEvent[] {
  const develop: PhaseDefinition = {
    ...{ name: 'develop', title: 'Develop', kind: 'coding', instructions: '', deliverables: [] },
    ...{ attempts, gate, requiresChanges: true },
  };
  const workflow = { ...taskData.workflow, phases: [develop], maxRounds };
  return [{ ...created, type: 'TaskCreated', data: { ...taskData, workflow } }, queued];
}

const phase = 'develop';
const begun = (instanceId: string, round = 1): TaskEvent => ({
  type: 'AttemptStarted',
  data: { phase, round, kind: 'coding', instanceId },
});
const submit = (instanceId: string, reviewId: string | null, check: Evidence['check'] = null, round = 1) => ({
  ...{ phase, round, instanceId, summary: '', deliverables: [], reviewId },
  changes: { ...changes, headSha: (instanceId + round).padEnd(40, '0').slice(-40) },
  evidence: { ...evidence, check },
});
const handedOver = (...about: Parameters<typeof submit>): TaskEvent => ({
  type: 'AttemptCompleted',
  data: submit(...about),
});
const aside = (instanceId: string, reason = REASON): TaskEvent => ({
  type: 'AttemptSetAside',
  data: { phase, instanceId, reason },
});
const chosen = (instanceId: string): TaskEvent => ({ type: 'AttemptChosen', data: { phase, instanceId } });
const passed = (instanceId: string, reviewId: string | null): TaskEvent => ({
  type: 'PhaseApproved',
  data: { phase, reviewId, instanceId },
});
const choose = (instanceId: string): TaskCommand => ({ type: 'ChooseAttempt', instanceId });
const giveUp = (instanceId: string): TaskCommand => ({ type: 'GiveUpAttempt', instanceId, code: 'X', detail: 'Gone.' });
const checked = (exitCode: number): Evidence['check'] => ({
  ...{ command: 'npm test', exitCode, durationMs: 1, timedOut: false, outputBlobId: 'o', where: 'container' },
});

const three = [...taskOf(3), begun(ADA), begun(BOB), begun(EVE), started];
const twoInReview = [...three, handedOver(ADA, REVIEW), handedOver(BOB, REVIEW_OF_BOB)];

function phaseOf(state: TaskState): PhaseState {
  const [first] = state.status === 'none' ? [] : state.phases;
  if (first === undefined) throw new Error('there is no phase');
  return first;
}

const statusOf = (state: TaskState) => phaseOf(state).attempts.map(({ status }) => status);

describe('attempts at a phase', () => {
  it('start beside each other, as many as are wanted', () => {
    const start = (instanceId: string): TaskCommand => ({ type: 'StartAttempt', phase, instanceId });
    given([...taskOf(3), begun(ADA)])
      .when(start(BOB))
      .then([begun(BOB)]);
    given(three).when(start(BOB)).thenNothing();
    given(three).when(start(ZOE)).thenNothing();
    given(three).thenState((state) => {
      expect(phaseOf(state).attempts.map(({ instanceId, number }) => [instanceId, number])).toEqual([
        [ADA, 1],
        [BOB, 2],
        [EVE, 3],
      ]);
    });
  });

  it('are handed over one by one: the phase is in review with the first, the others go on', () => {
    given([...three, handedOver(BOB, REVIEW_OF_BOB)]).thenState((state) => {
      expect(statusOf(state)).toEqual(['running', 'in_review', 'running']);
      expect(phaseOf(state).status).toBe('in_review');
      expect(leadingAttempt(phaseOf(state))?.instanceId).toBe(BOB);
    });
    const { reviewId, ...ada } = submit(ADA, REVIEW);
    given([...three, handedOver(BOB, REVIEW_OF_BOB)])
      .when({ type: 'CompleteAttempt', ...ada, reviewId, missingDeliverables: [] })
      .then([handedOver(ADA, REVIEW)]);
  });

  it('have rounds of their own', () => {
    const events = [...taskOf(2, ONE_PERSON, 1), begun(ADA), begun(BOB), handedOver(ADA, REVIEW)];
    const exhausted: TaskEvent = {
      type: 'AttemptRoundsExhausted',
      data: { phase, round: 1, reviewId: REVIEW, instanceId: ADA },
    };
    given(events).when({ type: 'RequestRework', phase, reviewId: REVIEW }).then([exhausted]);
    const granted: TaskEvent[] = [
      { type: 'AttemptRoundsGranted', data: { phase, rounds: 1, instanceId: ADA } },
      { type: 'AttemptReworkRequested', data: { phase, round: 2, reviewId: REVIEW, instanceId: ADA } },
    ];
    given([...events, exhausted])
      .when({ type: 'GrantRounds', rounds: 1 })
      .then(granted);
    given([...events, exhausted])
      .when({ type: 'GrantRounds', rounds: 1, instanceId: BOB })
      .refusedWith('ROUNDS_NOT_EXHAUSTED');
    given([...events, exhausted, ...granted]).thenState((state) => {
      expect(phaseOf(state).attempts.map(({ round, roundLimit }) => [round, roundLimit])).toEqual([
        [2, 2],
        [1, 1],
      ]);
    });
  });
});

describe('the attempt that is kept', () => {
  it('sets the others aside, whether they were handed over or not', () => {
    given(twoInReview)
      .when(choose(BOB))
      .then([chosen(BOB), aside(ADA), aside(EVE)]);
  });

  it('is one that was handed over', () => {
    given(twoInReview).when(choose(EVE)).refusedWith('ATTEMPT_NOT_HANDED_OVER', { status: 'running' });
    given(twoInReview).when(choose(ZOE)).refusedWith('ATTEMPT_NOT_FOUND', { instanceId: ZOE });
    given([...twoInReview, { type: 'TaskCancelled', data: { reason: '' } }])
      .when(choose(BOB))
      .refusedWith('TASK_ENDED');
  });

  it('stays the one: a second choice of it changes nothing, one that was set aside is over', () => {
    const kept = [...twoInReview, chosen(BOB), aside(ADA), aside(EVE)];
    given(kept).when(choose(BOB)).thenNothing();
    given(kept).when(choose(ADA)).refusedWith('ATTEMPT_SET_ASIDE');
    given(kept)
      .when({ type: 'ApprovePhase', phase, instanceId: ADA, reviewId: REVIEW })
      .refusedWith('PHASE_NOT_IN_REVIEW', { status: 'set_aside' });
    given(kept)
      .when({ type: 'ApprovePhase', phase, instanceId: BOB, reviewId: REVIEW_OF_BOB })
      .then([passed(BOB, REVIEW_OF_BOB)]);
  });

  it('is reworked alone', () => {
    const rework: TaskEvent = {
      type: 'AttemptReworkRequested',
      data: { phase, round: 2, reviewId: REVIEW_OF_BOB, instanceId: BOB },
    };
    given([...twoInReview, chosen(BOB), aside(ADA), aside(EVE), rework]).thenState((state) => {
      expect(attemptsUnderWay(phaseOf(state)).map(({ instanceId }) => instanceId)).toEqual([BOB]);
      expect(attemptsWanted(phaseOf(state))).toBe(1);
      expect(phaseOf(state).status).toBe('rework');
    });
  });

  it('is the one whose review is approved, without being chosen before', () => {
    given(twoInReview)
      .when({ type: 'ApprovePhase', phase, instanceId: ADA, reviewId: REVIEW })
      .then([aside(BOB), aside(EVE), passed(ADA, REVIEW)]);
    given([...twoInReview, aside(BOB), aside(EVE), passed(ADA, REVIEW)]).thenState((state) => {
      expect(statusOf(state)).toEqual(['approved', 'set_aside', 'set_aside']);
      expect(phaseOf(state)).toMatchObject({ status: 'approved', chosen: ADA });
      expect(state.status === 'none' ? null : currentPhase(state)).toBeNull();
    });
  });
});

describe('an attempt that comes to nothing', () => {
  it('leaves the others at work, and without others takes its task with it', () => {
    given(three)
      .when(giveUp(ADA))
      .then([aside(ADA, 'Gone.')]);
    given([...three, aside(ADA), aside(BOB)])
      .when(giveUp(EVE))
      .then([{ type: 'TaskFailed', data: { code: 'X', detail: 'Gone.', instanceId: EVE } }]);
    given([...three, aside(ADA)])
      .when(giveUp(ADA))
      .thenNothing();
  });

  it('takes its task with it when it was the one that was kept', () => {
    given([...twoInReview, chosen(BOB), aside(ADA), aside(EVE)])
      .when(giveUp(BOB))
      .then([{ type: 'TaskFailed', data: { code: 'X', detail: 'Gone.', instanceId: BOB } }]);
  });

  it('is followed by as many new ones as are wanted once the task is retried', () => {
    const failed: TaskEvent = { type: 'TaskFailed', data: { code: 'X', detail: '', instanceId: EVE } };
    const retried = [...three, aside(ADA), aside(BOB), failed, { type: 'TaskRetried', data: {} } satisfies TaskEvent];
    given(retried).thenState((state) => {
      expect(phaseOf(state).status).toBe('pending');
      expect(attemptsUnderWay(phaseOf(state))).toEqual([]);
      expect(attemptsWanted(phaseOf(state))).toBe(3);
    });
    given(retried)
      .when({ type: 'StartAttempt', phase, instanceId: ZOE })
      .then([begun(ZOE)]);
  });
});

describe('work that was kept, of a task that is cancelled before its merge', () => {
  it('is followed by one agent once the task is retried, not by all of them anew', () => {
    const cancelled: TaskEvent = { type: 'TaskCancelled', data: { reason: '' } };
    const again: TaskEvent[] = [
      { type: 'TaskRetried', data: {} },
      {
        type: 'PhaseReopened',
        data: { phase, round: 2, instanceId: BOB, reason: 'retry', detail: '', conflicts: [], automatic: null },
      },
    ];
    const kept = [...twoInReview, aside(ADA), aside(EVE), passed(BOB, REVIEW_OF_BOB), cancelled];
    given(kept).when({ type: 'RetryTask' }).then(again);
    given([...kept, ...again]).thenState((state) => {
      expect(statusOf(state)).toEqual(['set_aside', 'set_aside', 'set_aside']);
      expect(attemptsWanted(phaseOf(state))).toBe(1);
    });
    given([...kept, ...again, begun(ZOE, 2)]).thenState((state) => {
      expect(phaseOf(state)).toMatchObject({ status: 'running', chosen: ZOE });
      expect(attemptsUnderWay(phaseOf(state))).toHaveLength(1);
    });
  });
});

describe('the gate of a phase', () => {
  const green: GateRule[] = [{ by: 'check', needed: 1 }];

  it('with a check lets work pass whose check passed', () => {
    const reviewed = [...taskOf(1, [...ONE_PERSON, ...green]), begun(ADA)];
    const approve: TaskCommand = { type: 'ApprovePhase', phase, instanceId: ADA, reviewId: REVIEW };
    const after = (check: Evidence['check']) => given([...reviewed, handedOver(ADA, REVIEW, check)]).when(approve);
    after(checked(0)).then([passed(ADA, REVIEW)]);
    after(checked(1)).refusedWith('GATE_NOT_MET', { detail: 'Its check did not pass.' });
    after(null).refusedWith('GATE_NOT_MET', { detail: 'No check looked at it, and one has to pass.' });
  });

  it('with a check and nobody who reviews sends the agent back to work', () => {
    const alone = [...taskOf(1, green), begun(ADA)];
    const complete = (check: Evidence['check']) =>
      given(alone).when({ type: 'CompleteAttempt', ...submit(ADA, null, check), missingDeliverables: [] });
    complete(checked(0)).then([handedOver(ADA, null, checked(0))]);
    const reasons = ['Its check did not pass.'];
    complete(checked(1)).then([{ type: 'AttemptRefused', data: { phase, round: 1, reasons, instanceId: ADA } }]);
  });
});

describe('a history of an earlier release, which did not say whose attempt it was', () => {
  it('means the one under way', () => {
    const old: TaskEvent[] = [
      ...taskOf(1),
      begun(ADA),
      { type: 'AttemptRefused', data: { phase, round: 1, reasons: ['x'], instanceId: null } },
      handedOver(ADA, REVIEW),
      { type: 'AttemptReworkRequested', data: { phase, round: 2, reviewId: REVIEW, instanceId: null } },
      handedOver(ADA, REVIEW_OF_BOB, null, 2),
      { type: 'PhaseApproved', data: { phase, reviewId: REVIEW_OF_BOB, instanceId: null } },
    ];
    given(old).thenState((state) => {
      expect(phaseOf(state)).toMatchObject({ status: 'approved', chosen: ADA });
      expect(phaseOf(state).attempts).toMatchObject([{ instanceId: ADA, number: 1, status: 'approved', round: 2 }]);
    });
  });
});
