import { describe, expect, it } from 'vitest';
import {
  answered,
  asked,
  coder,
  developing,
  type History,
  handedOver,
  mergeable,
  merged,
  mergeRequested,
  pullRequest,
  requested,
  taskAfter,
} from './history.fixture.ts';

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
    [
      'pr_closed',
      [developing, handedOver, mergeable, pullRequest('PullRequestClosed', { reason: '', atForge: 'closed' })],
    ],
    ['paused', [developing, asked, coder('InstancePaused', {})]],
    ['waiting_input', [developing, asked, coder('InstancePaused', {}), coder('InstanceResumed', {})]],
    ['lost', [developing, asked, coder('InstanceLost', { epoch: 1, reason: 'host', cause: 'worker_killed' })]],
    ['completed', [developing, coder('InstanceCompleted', {})]],
  ] as const)('%s', (state, history) => {
    expect(stateAfter(...history)).toBe(state);
  });
});
