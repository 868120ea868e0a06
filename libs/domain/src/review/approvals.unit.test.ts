import type { EventMeta } from '@claude-codex/contracts/envelope';
import type { ReviewEvent } from '@claude-codex/contracts/events';
import type { GateRule } from '@claude-codex/contracts/task/workflow';
import type { Seen } from '@claude-codex/eventing/decider';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { CODER, plan, TASK } from '../spec/samples.ts';
import { reviewDecider } from './index.ts';

const given = specFor(reviewDecider);

function opened(...gate: GateRule[]): Seen<ReviewEvent> {
  const about = { taskId: TASK, instanceId: CODER, phase: 'plan', round: 1, subject: 'documents' as const };
  return { type: 'ReviewCreated', data: { ...about, summary: '', deliverables: [plan], changes: null, gate } };
}

function approvedBy(actor: EventMeta['actor'], causedBy: string | null = null): Seen<ReviewEvent> {
  return { type: 'ReviewApproved', data: { note: actor.id, merge: null }, meta: { actor, causedBy } };
}

const person = (id: string) => approvedBy({ kind: 'person', id });
const agent = (id: string) => approvedBy({ kind: 'instance', id });

function statusAfter(...events: Seen<ReviewEvent>[]): string {
  let status = '';
  given(events).thenState((state) => {
    status = state.status;
  });
  return status;
}

describe('the approvals of a review', () => {
  const two: GateRule = { by: 'person', needed: 2 };

  it('are as many as its gate asks for, of different people', () => {
    expect(statusAfter(opened(two), person('ada'))).toBe('open');
    expect(statusAfter(opened(two), person('ada'), person('ada'))).toBe('open');
    expect(statusAfter(opened(two), person('ada'), person('grace'))).toBe('approved');
  });

  it('by agents count for agents, those by people for people', () => {
    const both: GateRule[] = [
      { by: 'person', needed: 1 },
      { by: 'agent', needed: 1 },
    ];
    expect(statusAfter(opened(...both), person('ada'), person('grace'))).toBe('open');
    expect(statusAfter(opened(...both), agent(CODER), agent(TASK))).toBe('open');
    expect(statusAfter(opened(...both), agent(CODER), person('ada'))).toBe('approved');
  });

  it('of somebody on whose behalf a service acted are that person’s', () => {
    const onBehalf = approvedBy({ kind: 'system', id: 'github' }, 'ada');
    expect(statusAfter(opened(two), onBehalf, person('ada'))).toBe('open');
  });

  it('do not keep one person from asking for changes, which decides at once', () => {
    given([opened(two), person('ada')])
      .when({ type: 'RequestChanges', summary: 'Shorter.' })
      .then([{ type: 'ReviewChangesRequested', data: { summary: 'Shorter.', comments: [] } }]);
    const rejected: ReviewEvent = { type: 'ReviewRejected', data: { summary: '' } };
    given([opened(two), person('ada'), rejected])
      .when({ type: 'ApproveReview', note: '', merge: null })
      .refusedWith('REVIEW_ALREADY_DECIDED', { status: 'rejected' });
  });
});
