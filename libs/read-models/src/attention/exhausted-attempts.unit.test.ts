import { describe, expect, it } from 'vitest';
import {
  CODER,
  type History,
  handsOver,
  reviewOf,
  SECOND,
  sentBack,
  task,
  taskAfter,
  twoAttempts,
} from '../tasks/history.fixture.ts';
import { attentionOf } from './attention-of.ts';

const usedUp = [handsOver(CODER, 0), sentBack(CODER, 'exhausted'), handsOver(SECOND, 0), sentBack(SECOND, 'exhausted')];
const itemsAfter = (...steps: History[]) => attentionOf(taskAfter(twoAttempts, ...steps), 1);

describe('attempts whose rounds are used up', () => {
  it('each have an item of their own', () => {
    expect(itemsAfter(...usedUp).map(({ kind, rounds }) => [kind, rounds?.instanceId])).toEqual([
      ['rounds', CODER],
      ['rounds', SECOND],
    ]);
    expect(new Set(itemsAfter(...usedUp).map(({ id }) => id)).size).toBe(2);
  });

  it('are all counted, and their agents all wait', () => {
    const view = taskAfter(twoAttempts, ...usedUp);
    expect(view.waitingItems).toBe(2);
    expect(view.instances.find(({ id }) => id === CODER)?.state).toBe('waiting_input');
  });

  it('keep their item while another is decided', () => {
    const granted = [
      task('AttemptRoundsGranted', { phase: 'develop', instanceId: CODER, rounds: 1 }),
      task('AttemptReworkRequested', { phase: 'develop', round: 2, reviewId: reviewOf(CODER, 1), instanceId: CODER }),
    ];
    const [, kept] = itemsAfter(...usedUp);
    const left = itemsAfter(...usedUp, granted).filter(({ kind }) => kind === 'rounds');
    expect(left.map(({ id }) => id)).toEqual([kept?.id]);
  });
});
