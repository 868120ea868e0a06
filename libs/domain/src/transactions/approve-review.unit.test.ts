import type { ReviewEvent, TaskEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import { describe, expect, it } from 'vitest';
import { loadOf } from '../spec/load-of.ts';
import {
  approved,
  attemptStarted,
  CODER,
  connected,
  createdOf,
  developed,
  evidence,
  phaseStarted,
  plan,
  REPOSITORY,
  REVIEW,
  reviewCreated,
  started,
  TASK,
} from '../spec/samples.ts';
import { approveReview } from './approve-review.ts';
import { chooseAttempt } from './keep-attempt.ts';

const OTHER = '01jd0000000000000000000013';
const OTHER_REVIEW = '01jd0000000000000000000014';
const approval: ReviewEvent = { type: 'ReviewApproved', data: { note: '', merge: null } };
const approve = (reviewId: string, merge: 'squash' | null = null) => ({ reviewId, note: '', merge, by: 'ada' });

function documented(instanceId: string, reviewId: string): TaskEvent {
  const of = { phase: 'docs', round: 1, instanceId, summary: '', deliverables: [plan], reviewId };
  return { type: 'AttemptCompleted', data: { ...of, changes: null, evidence } };
}

/**
 * Two agents handed over work of the same phase. `check`: the exit codes of their checks. `other`: what came of the second
 * review; null: it was not opened yet.
 */
function twoInReview({
  check = { first: 0, second: 0 },
  task = [],
  other = [],
}: {
  check?: { first: number; second: number };
  task?: TaskEvent[];
  other?: ReviewEvent[] | null;
}) {
  const work = [
    ...[createdOf({ attempts: 2 }), attemptStarted(), attemptStarted(OTHER), started],
    developed({ exitCode: check.first }),
    developed({ instanceId: OTHER, reviewId: OTHER_REVIEW, exitCode: check.second }),
  ];
  return loadOf({
    [streamOf('task', TASK)]: [...work, ...task],
    [streamOf('repository', REPOSITORY)]: [connected],
    [streamOf('review', REVIEW)]: [reviewCreated()],
    ...(other === null ? {} : { [streamOf('review', OTHER_REVIEW)]: [reviewCreated(OTHER), ...other] }),
  });
}

describe('the wish to merge along with an approval', () => {
  it.each([
    ['a review comes after', [{ name: 'develop' }, { name: 'docs' }], true],
    ['what comes after is reviewed by nobody', [{ name: 'develop' }, { name: 'docs', gate: [] }], false],
    ['it is the last phase', [{ name: 'docs' }, { name: 'develop' }], false],
  ])('is for the last gate: %s', async (_which, phases, isRefused) => {
    const load = loadOf({
      [streamOf('task', TASK)]: [createdOf(...phases), attemptStarted(), started, developed({ exitCode: 0 })],
      [streamOf('review', REVIEW)]: [reviewCreated()],
    });
    const wish = approveReview(load, approve(REVIEW, 'squash'));
    if (isRefused) await expect(wish).rejects.toMatchObject({ code: 'REVIEW_NOT_LAST_GATE' });
    else await expect(wish).resolves.toMatchObject([{ events: [{ data: { merge: 'squash' } }] }]);
    await expect(approveReview(load, approve(REVIEW))).resolves.toMatchObject([
      { events: [{ data: { merge: null } }] },
    ]);
  });

  it('asks for the check of the work that is reviewed, not of the attempt that leads', async () => {
    const red = { code: 'CHECK_NOT_GREEN', details: { check: 'failed' } };
    const secondFails = twoInReview({ check: { first: 0, second: 1 } });
    await expect(approveReview(secondFails, approve(OTHER_REVIEW, 'squash'))).rejects.toMatchObject(red);
    const firstFails = twoInReview({ check: { first: 1, second: 0 } });
    await expect(approveReview(firstFails, approve(OTHER_REVIEW, 'squash'))).resolves.toHaveLength(2);
  });

  it('asks for the check of the changes when what is reviewed last are documents', async () => {
    const docs = { name: 'docs', kind: 'planning' as const, requiresChanges: false };
    const load = (exitCode: number) =>
      loadOf({
        [streamOf('task', TASK)]: [
          ...[createdOf({ name: 'develop' }, docs), attemptStarted(), started, developed({ exitCode })],
          ...[approved('develop', REVIEW, CODER), phaseStarted('docs', 'planning', OTHER)],
          documented(OTHER, OTHER_REVIEW),
        ],
        [streamOf('repository', REPOSITORY)]: [connected],
        [streamOf('review', OTHER_REVIEW)]: [reviewCreated(OTHER, 'docs')],
      });
    await expect(approveReview(load(0), approve(OTHER_REVIEW, 'squash'))).resolves.toHaveLength(1);
    await expect(approveReview(load(1), approve(OTHER_REVIEW, 'squash'))).rejects.toMatchObject({
      code: 'CHECK_NOT_GREEN',
    });
  });
});

describe('work of one attempt is kept', () => {
  it('and not that of one which was set aside while its review was still being opened', async () => {
    const task: TaskEvent[] = [
      { type: 'AttemptChosen', data: { phase: 'develop', instanceId: CODER } },
      { type: 'AttemptSetAside', data: { phase: 'develop', instanceId: OTHER, reason: '' } },
    ];
    await expect(approveReview(twoInReview({ task }), approve(OTHER_REVIEW))).rejects.toMatchObject({
      code: 'REVIEW_ALREADY_DECIDED',
      details: { status: 'set_aside' },
    });
  });

  it('and not a second one while its task has yet to hear that the first was approved', async () => {
    const load = twoInReview({ other: [approval] });
    const first = { code: 'REVIEW_ALREADY_DECIDED', details: { status: 'approved', reviewId: OTHER_REVIEW } };
    await expect(approveReview(load, approve(REVIEW))).rejects.toMatchObject(first);
    await expect(chooseAttempt(load, { taskId: TASK, instanceId: CODER })).rejects.toMatchObject(first);
  });

  it('and the reviews of the others end with that', async () => {
    const withdrawn = { stream: streamOf('review', OTHER_REVIEW), events: [{ type: 'ReviewWithdrawn' }] };
    expect((await approveReview(twoInReview({}), approve(REVIEW)))[1]).toMatchObject(withdrawn);
    expect((await chooseAttempt(twoInReview({}), { taskId: TASK, instanceId: CODER }))[1]).toMatchObject(withdrawn);
  });

  it('also when the review of another one is still to be opened', async () => {
    await expect(approveReview(twoInReview({ other: null }), approve(REVIEW))).resolves.toHaveLength(1);
  });
});
