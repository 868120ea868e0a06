import type { InstanceEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { REPOSITORY, REVIEW, TASK } from '../spec/samples.ts';
import { branchName, type InstanceCommand, instanceDecider, instanceName } from './index.ts';

const given = specFor(instanceDecider);
const MESSAGE = '01jd0000000000000000000009';
const data = {
  name: 'work-1-a1',
  taskId: TASK,
  repositoryId: REPOSITORY,
  kind: 'coding' as const,
  phase: 'develop',
  attempt: 1,
  branch: 'codex/1-greet-a1',
  baseBranch: 'main',
  model: null,
};
const queued: InstanceEvent = { type: 'InstanceQueued', data };
const starting = (epoch: number): InstanceEvent => ({
  type: 'InstanceStarting',
  data: { epoch, managerId: 'm1', runtime: 'process', resumeSessionId: null },
});
const startedEvent: InstanceEvent = { type: 'InstanceStarted', data: { epoch: 1, handle: 'h', baseSha: 'a' } };
const running = [queued, starting(1), startedEvent];
const message: InstanceEvent = { type: 'MessageSent', data: { messageId: MESSAGE, text: 'hi', interrupt: false } };
const startEpoch = (epoch: number): InstanceCommand => ({
  type: 'StartEpoch',
  epoch,
  managerId: 'm1',
  runtime: 'process',
  resumeSessionId: null,
});

describe('reminders of the server', () => {
  const remind = (count: number, round = 1) => ({
    type: 'RemindAgent' as const,
    messageId: `reminder-${round}-${count}`,
    text: 'Go on.',
    phase: 'develop',
    round,
    failure: { code: 'PHASE_NOT_HANDED_OVER', detail: 'It said nothing.' },
  });
  const reminded = (count: number, round = 1): InstanceEvent => {
    const { messageId, text, phase } = remind(count, round);
    return { type: 'MessageSent', data: { messageId, text, interrupt: false, reminder: { phase, round } } };
  };
  const often = [...running, reminded(1), reminded(2), message, reminded(3)];

  it('have one bound per phase and round, whatever they are about', () => {
    given(running)
      .when(remind(1))
      .then([reminded(1)]);
    given([...running, reminded(1)])
      .when(remind(1))
      .thenNothing();
    given([...running, reminded(1), message, reminded(2)])
      .when(remind(3))
      .then([reminded(3)]);
    given(often)
      .when(remind(4))
      .then([{ type: 'InstanceFailed', data: remind(4).failure }]);
    given(often)
      .when(remind(1, 2))
      .then([reminded(1, 2)]);
  });
});

describe('epochs', () => {
  const lost: InstanceEvent = { type: 'InstanceLost', data: { epoch: 1, reason: 'gone', cause: 'worker_killed' } };

  it('are claimed one after the other', () => {
    given([queued])
      .when(startEpoch(1))
      .then([starting(1)]);
    given([queued, starting(1)])
      .when(startEpoch(1))
      .refusedWith('INSTANCE_FENCED', { current: 1 });
    given(running).when(startEpoch(3)).refusedWith('INSTANCE_FENCED');
  });

  it('are not outbid: one that was not reported as lost has its manager', () => {
    given([queued, starting(1)])
      .when(startEpoch(2))
      .refusedWith('INSTANCE_FENCED', { current: 1 });
    given(running).when(startEpoch(2)).refusedWith('INSTANCE_FENCED', { current: 1 });
    given([...running, lost])
      .when(startEpoch(2))
      .then([starting(2)]);
  });

  it('fence off a manager that lost the instance', () => {
    const second = [...running, lost, starting(2)];
    given(second)
      .when({ type: 'ReportStarted', epoch: 1, handle: 'h', baseSha: 'a' })
      .refusedWith('INSTANCE_FENCED', { epoch: 1, current: 2 });
    given(second)
      .when({ type: 'ReportLost', epoch: 1, reason: 'late', cause: 'worker_killed' })
      .refusedWith('INSTANCE_FENCED');
  });

  it('end with the instance', () => {
    const stopped: InstanceEvent = { type: 'InstanceStopped', data: { reason: 'by a person' } };
    given(running).when({ type: 'StopInstance', reason: 'by a person' }).then([stopped]);
    given([...running, stopped])
      .when({ type: 'StopInstance', reason: 'again' })
      .thenNothing();
    given([...running, stopped])
      .when(startEpoch(2))
      .refusedWith('INSTANCE_ENDED');
    given([...running, stopped])
      .when({ type: 'FailInstance', code: 'X', detail: '' })
      .thenNothing();
  });
});

describe('messages', () => {
  it('are sent once and delivered once', () => {
    given(running).when({ type: 'SendMessage', messageId: MESSAGE, text: 'hi', interrupt: false }).then([message]);
    given([...running, message])
      .when({ type: 'SendMessage', messageId: MESSAGE, text: 'hi', interrupt: false })
      .thenNothing();
    const delivered: InstanceEvent = { type: 'MessageDelivered', data: { messageId: MESSAGE, epoch: 1 } };
    given([...running, message])
      .when({ type: 'MarkDelivered', messageId: MESSAGE, epoch: 1 })
      .then([delivered]);
    given([...running, message, delivered])
      .when({ type: 'MarkDelivered', messageId: MESSAGE, epoch: 1 })
      .thenNothing();
  });

  it('can be taken back until they are delivered', () => {
    given([...running, message])
      .when({ type: 'CancelMessage', messageId: MESSAGE })
      .then([{ type: 'MessageCancelled', data: { messageId: MESSAGE } }]);
    given(running).when({ type: 'CancelMessage', messageId: MESSAGE }).refusedWith('MESSAGE_ALREADY_DELIVERED');
  });
});

describe('a hand-over', () => {
  const submit: Extract<InstanceCommand, { type: 'SubmitPhase' }> = {
    type: 'SubmitPhase',
    phase: 'develop',
    round: 1,
    summary: 's',
    deliverables: [],
    via: 'tool',
    proposal: null,
  };
  const submitted: InstanceEvent = {
    type: 'PhaseSubmitted',
    data: { phase: 'develop', round: 1, summary: 's', deliverables: [], via: 'tool', proposal: null },
  };

  it('counts once, however often the agent says it', () => {
    given(running).when(submit).then([submitted]);
    given([...running, submitted])
      .when({ ...submit, via: 'turn_end' })
      .thenNothing();
  });

  it('is what the agent said last, in the turn it is said in', () => {
    const said = {
      ...submit,
      deliverables: ['docs/a.md'],
      proposal: { title: 'Greet', body: 'By the time of day', draft: false },
    };
    const { type: _type, ...data } = said;
    const earlier: InstanceEvent[] = [...running, { type: 'PhaseSubmitted', data }];
    const summary = 'Now with tests.';
    given(earlier)
      .when({ ...submit, summary, deliverables: ['docs/b.md'] })
      .then([{ type: 'PhaseSubmitted', data: { ...data, summary, deliverables: ['docs/b.md'] } }]);
    given(earlier)
      .when({ ...submit, summary })
      .then([{ type: 'PhaseSubmitted', data: { ...data, summary } }]);
    given(earlier)
      .when({ ...submit, via: 'text', summary: '' })
      .thenNothing();
    given(earlier).when(submit).thenNothing();
  });

  it('can be made again after the agent heard back', () => {
    const feedback: InstanceEvent = {
      type: 'FeedbackSent',
      data: { messageId: MESSAGE, reviewId: REVIEW, round: 2, text: 'no' },
    };
    given([...running, submitted, feedback])
      .when({ ...submit, round: 2 })
      .then([{ type: 'PhaseSubmitted', data: { ...submitted.data, round: 2 } }]);
  });
});

describe('names', () => {
  it('tell kind, task and agent number', () => {
    expect(instanceName('coding', 123, 1)).toBe('work-123-a1');
    expect(instanceName('planning', 123, 2)).toBe('planning-123-a2');
  });

  it('make a valid branch of any title', () => {
    expect(branchName('coding', 7, 'Grüße: "hello" --upload-pack=…', 1)).toBe('codex/7-gru-e-hello-upload-pack-a1');
    expect(branchName('coding', 7, '你好', 1)).toBe('codex/7-a1');
    expect(branchName('planning', 7, 'Plan', 1)).toBe('codex/planning/7-plan-a1');
  });
});
