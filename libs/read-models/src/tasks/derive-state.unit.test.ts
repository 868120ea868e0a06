import { describe, expect, it } from 'vitest';
import { act, shown } from './derive-state.fixture.ts';
import { asked, CODER, coder, created, developing, QUESTION, TASK, task, taskAfter } from './history.fixture.ts';

describe('a task shows', () => {
  it.each([
    ['draft', [created], 'draft', 'queued', act('execute', TASK), 'Not started yet', 0],
    ['queued', [created, task('TaskQueued', {})], 'queued', 'queued', null, 'Waiting to start', 0],
    ['working', [developing], 'working', 'working', null, 'Develop: Reading the task', 0],
    [
      'paused with a question',
      [developing, asked, task('TaskPaused', {})],
      'paused',
      'working',
      act('resume', TASK),
      'Paused',
      1,
    ],
    [
      'resumed with a question',
      [developing, asked, task('TaskPaused', {}), task('TaskResumed', {})],
      'needs_you',
      'needs_you',
      act('answer', QUESTION),
      'Asks: Which greeting?',
      1,
    ],
    [
      'failed',
      [developing, asked, task('TaskFailed', { code: 'AGENT_FAILED', detail: 'It exited.', instanceId: CODER })],
      'failed',
      'needs_you',
      act('retry', TASK),
      'Failed: It exited.',
      1,
    ],
    [
      'retried',
      [
        developing,
        coder('InstanceFailed', { code: 'AGENT_FAILED', detail: 'It exited.' }),
        task('TaskFailed', { code: 'AGENT_FAILED', detail: 'It exited.', instanceId: CODER }),
        task('TaskRetried', {}),
      ],
      'queued',
      'queued',
      null,
      'Waiting to start',
      0,
    ],
    [
      'cancelled with a question',
      [developing, asked, task('TaskCancelled', { reason: 'not needed' })],
      'cancelled',
      'done',
      null,
      'Cancelled: not needed',
      0,
    ],
  ] as const)('%s', (_name, history, state, column, nextAction, activity, waitingItems) => {
    expect(shown(taskAfter(...history))).toEqual({ state, column, nextAction, activity, waitingItems });
  });

  it('one line of activity, whatever the agent wrote', () => {
    const { activity } = taskAfter(
      developing,
      coder('ProgressReported', { step: 'Coding', percent: null, note: `first\nsecond ${'x'.repeat(500)}` }),
    );
    expect(activity).toMatch(/^Develop: Coding · first second x+…$/);
    expect(activity).toHaveLength(140);
  });
});
