import { type EventData, OurCause } from '@claude-codex/contracts';
import { ProviderCause } from '@claude-codex/contracts/provider';
import { expect, it } from 'vitest';
import { CODER, coder, developing, TASK, task, taskAfter, usage } from './history.fixture.ts';

const held = (cause: EventData<'TaskHeldBack'>['cause']) =>
  task('TaskHeldBack', { cause, detail: 'it does not answer', needsPerson: false });
const call = (status: number) =>
  usage('ModelCallSettled', {
    ...{ instanceId: CODER, taskId: TASK, model: 'scripted', status },
    ...{ inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0, durationMs: 1 },
  });
const session = { sessionId: 's', program: { name: 'Claude Code', version: '2' }, model: 'scripted', resumed: false };
const attached = coder('InstanceAttached', { epoch: 1, ...session });
const progress = coder('ProgressReported', { step: 'Reading the task', percent: null, note: '' });

it.each(ProviderCause.options)(
  '%s holds a task until the provider answers, whatever its agent does meanwhile',
  (cause) => {
    const waiting = taskAfter(developing, held(cause), attached, progress, call(401));
    expect(waiting?.held?.cause).toBe(cause);
    expect(taskAfter(developing, held(cause), attached, progress, call(200))?.held).toBeNull();
  },
);

it('what is ours holds a task until its agent is there', () => {
  expect(taskAfter(developing, held('egress_away'), call(200))?.held?.cause).toBe('egress_away');
  expect(taskAfter(developing, held('egress_away'), attached)?.held).toBeNull();
});

it.each(OurCause.options)('%s still holds a task while its agent is only being started again', (cause) => {
  const again = coder('InstanceStarting', { epoch: 2, managerId: 'm', runtime: 'process', resumeSessionId: null });
  expect(taskAfter(developing, held(cause), again)?.held?.cause).toBe(cause);
  expect(taskAfter(developing, held('no_room'), again)?.held).toBeNull();
});
