import { describe, expect, it } from 'vitest';
import {
  CODER,
  type History,
  handsOver,
  rejected,
  SECOND,
  sentBack,
  taskAfter,
  twoAttempts,
} from './history.fixture.ts';

const [PASSED, FAILED] = [0, 1];
const after = (...steps: History[]) => taskAfter(twoAttempts, ...steps);
describe('the check on the card of a task that two agents try is that', () => {
  it.each<[string, History[], string, string]>([
    ['of the newest hand-over', [handsOver(CODER, FAILED), handsOver(SECOND, PASSED)], 'passed', SECOND],
    [
      'of the one that is in review, also when another handed over after it and was sent back',
      [handsOver(CODER, FAILED), handsOver(SECOND, PASSED), sentBack(SECOND, 'rework')],
      'failed',
      CODER,
    ],
    [
      'of the next round',
      [handsOver(CODER, FAILED), handsOver(SECOND, PASSED), sentBack(CODER, 'rework'), handsOver(CODER, FAILED, 2)],
      'failed',
      CODER,
    ],
  ])('%s', (_name, history, check, instanceId) => {
    const { standing, nextAction, reviews } = after(...history);
    expect(standing.check).toBe(check);
    const next = reviews.find(({ id }) => id === nextAction?.targetId);
    expect(next?.instanceId).toBe(instanceId);
    expect(standing.handedOverAt).toBe(next?.createdAt);
  });

  it('of the one under way, when the other was set aside', () => {
    const history = [handsOver(CODER, FAILED), sentBack(CODER, 'rework'), handsOver(SECOND, PASSED), rejected(SECOND)];
    expect(after(...history).standing.check).toBe('failed');
  });
});
