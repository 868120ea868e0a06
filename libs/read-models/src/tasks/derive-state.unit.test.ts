import type { TaskView } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import {
  answered,
  asked,
  CODER,
  coder,
  created,
  DEPENDENCY,
  dependency,
  developing,
  type History,
  handedOver,
  mergeable,
  PULL_REQUEST,
  pullRequest,
  QUESTION,
  question,
  REVIEW,
  requested,
  review,
  TASK,
  task,
  taskAfter,
} from './history.fixture.ts';

function shown({ state, column, nextAction, activity, waitingItems }: TaskView) {
  return { state, column, nextAction, activity, waitingItems };
}

const act = (kind: string, targetId: string) => ({ kind, targetId });
const mergeRequested = pullRequest('PullRequestMergeRequested', { strategy: 'squash' });
const merged = pullRequest('PullRequestMerged', { mergeSha: 'm', strategy: 'squash' });

describe('a task shows', () => {
  it.each([
    ['draft', [created], 'draft', 'queued', act('execute', TASK), 'Not started yet', 0],
    ['queued', [created, task('TaskQueued', {})], 'queued', 'queued', null, 'Waiting to start', 0],
    ['working', [developing], 'working', 'working', null, 'Develop: Reading the task', 0],
    ['a question', [developing, asked], 'needs_you', 'needs_you', act('answer', QUESTION), 'Asks: Which greeting?', 1],
    ['an answer', [developing, asked, answered], 'working', 'working', null, 'Develop: Reading the answer', 0],
    [
      'a withdrawn question',
      [developing, asked, question('QuestionWithdrawn', { reason: 'found out' })],
      'working',
      'working',
      null,
      'Develop: Continuing',
      0,
    ],
    [
      'a needed dependency',
      [developing, requested(true)],
      'needs_you',
      'needs_you',
      act('provide', DEPENDENCY),
      'Needs WEATHER_KEY',
      1,
    ],
    [
      'a dependency it can do without',
      [developing, requested(false)],
      'working',
      'working',
      act('provide', DEPENDENCY),
      'Develop: Waiting for WEATHER_KEY',
      1,
    ],
    [
      'a question before a dependency',
      [developing, requested(true), asked],
      'needs_you',
      'needs_you',
      act('answer', QUESTION),
      'Asks: Which greeting?',
      2,
    ],
    [
      'a provided dependency',
      [developing, requested(true), dependency('DependencyProvided', { secretId: REVIEW, remember: 'task' }, 'ada')],
      'working',
      'working',
      null,
      'Develop: Receiving what it asked for',
      0,
    ],
    [
      'a value that nobody can open any more',
      [
        developing,
        requested(true),
        dependency('DependencyProvided', { secretId: REVIEW, remember: 'task' }, 'ada'),
        dependency('DependencyValueLost', { secretId: REVIEW }),
      ],
      'needs_you',
      'needs_you',
      act('provide', DEPENDENCY),
      'Needs WEATHER_KEY',
      1,
    ],
    [
      'a review',
      [developing, handedOver],
      'in_review',
      'in_review',
      act('review', REVIEW),
      'Develop is ready for review',
      1,
    ],
    [
      'rework',
      [
        developing,
        handedOver,
        review('ReviewChangesRequested', { summary: 'Rename it.', comments: [] }, 'ada'),
        task('AttemptReworkRequested', { phase: 'develop', round: 2, reviewId: REVIEW, instanceId: CODER }),
        coder('FeedbackSent', { messageId: QUESTION, reviewId: REVIEW, round: 2, text: 'Rename it.' }),
      ],
      'working',
      'working',
      null,
      'Develop: Working on the requested changes',
      0,
    ],
    [
      'a change to merge',
      [developing, handedOver, mergeable],
      'ready_to_merge',
      'ready_to_merge',
      act('merge', PULL_REQUEST),
      'Ready to merge into main',
      1,
    ],
    [
      'merging',
      [developing, handedOver, mergeable, mergeRequested],
      'merging',
      'ready_to_merge',
      null,
      'Merging into main',
      0,
    ],
    [
      'a failed merge',
      [
        developing,
        handedOver,
        mergeable,
        mergeRequested,
        pullRequest('PullRequestMergeFailed', {
          code: 'MERGE_CONFLICT',
          detail: 'It does not apply.',
          conflicts: ['a'],
        }),
      ],
      'merge_failed',
      'needs_you',
      act('resolve', PULL_REQUEST),
      'Conflicts with main in a',
      1,
    ],
    [
      'a merge that the repository did not take',
      [
        developing,
        handedOver,
        mergeable,
        mergeRequested,
        pullRequest('PullRequestMergeFailed', { code: 'PUSH_DENIED', detail: 'No.', conflicts: [] }),
      ],
      'merge_failed',
      'needs_you',
      act('merge', PULL_REQUEST),
      'Could not merge: No.',
      1,
    ],
    [
      'rounds that are used up',
      [
        developing,
        handedOver,
        review('ReviewChangesRequested', { summary: 'Rename it.', comments: [] }, 'ada'),
        task('AttemptRoundsExhausted', { phase: 'develop', round: 3, reviewId: REVIEW, instanceId: CODER }),
      ],
      'needs_you',
      'needs_you',
      act('decide', TASK),
      'Develop was reviewed 3 times: decide how it goes on',
      1,
    ],
    [
      'approved work that goes back',
      [
        developing,
        handedOver,
        mergeable,
        task('PhaseReopened', {
          phase: 'develop',
          round: 2,
          reason: 'person',
          detail: 'x',
          conflicts: [],
          instanceId: CODER,
        }),
        pullRequest('PullRequestClosed', { reason: '' }),
      ],
      'working',
      'working',
      null,
      'Develop: Reading what should be different',
      0,
    ],
    [
      'merged, not yet completed',
      [developing, handedOver, mergeable, mergeRequested, merged],
      'working',
      'working',
      null,
      'Merged into main',
      0,
    ],
    [
      'completed',
      [
        developing,
        handedOver,
        mergeable,
        mergeRequested,
        merged,
        task('TaskCompleted', { pullRequestId: PULL_REQUEST }),
      ],
      'completed',
      'done',
      null,
      'Merged into main',
      0,
    ],
    [
      'a closed pull request',
      [developing, handedOver, mergeable, pullRequest('PullRequestClosed', { reason: '' })],
      'working',
      'working',
      null,
      'Its pull request was closed without merging',
      0,
    ],
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
    [
      'a question nobody can hear the answer of',
      [developing, asked, coder('InstanceStopped', { reason: 'stuck' })],
      'working',
      'working',
      null,
      'Develop: Stopped',
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

describe('an instance shows', () => {
  const stateAfter = (...steps: readonly History[]) => taskAfter(...steps).instances[0]?.state;
  it.each([
    ['running', [developing]],
    ['waiting_input', [developing, asked]],
    ['waiting_input', [developing, requested(false)]],
    ['running', [developing, asked, answered]],
    ['waiting_review', [developing, handedOver]],
    ['pr_created', [developing, handedOver, mergeable]],
    ['pr_merged', [developing, handedOver, mergeable, mergeRequested, merged]],
    ['pr_closed', [developing, handedOver, mergeable, pullRequest('PullRequestClosed', { reason: '' })]],
    ['paused', [developing, asked, coder('InstancePaused', {})]],
    ['waiting_input', [developing, asked, coder('InstancePaused', {}), coder('InstanceResumed', {})]],
    ['lost', [developing, asked, coder('InstanceLost', { epoch: 1, reason: 'host', cause: 'worker_killed' })]],
    ['completed', [developing, coder('InstanceCompleted', {})]],
  ] as const)('%s', (state, history) => {
    expect(stateAfter(...history)).toBe(state);
  });
});
