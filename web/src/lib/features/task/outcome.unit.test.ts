import { expect, it } from 'vitest';
import { outcomeOf } from './outcome.ts';

it.each([
  ['TASK_CANCELLED', 'cancelled', 'Not needed', false],
  ['REVIEW_REJECTED', 'cancelled', '', false],
  ['REVIEW_REJECTED', 'failed', 'Wrong approach', false],
  ['INSTANCE_KEEPS_ENDING', 'cancelled', 'out of memory', false],
  ['INSTANCE_KEEPS_ENDING', 'failed', 'out of memory', true],
  ['SOMETHING_NEW', 'failed', '', true],
] as const)('%s of a task that is %s is told in words', (code, state, detail, alarm) => {
  const outcome = outcomeOf({ problem: { code, detail }, state });
  expect(outcome).toMatchObject({ alarm, words: expect.stringContaining(detail) });
  expect(JSON.stringify(outcome)).not.toContain(code);
  if (alarm) expect(outcome?.words).not.toBe('');
});

it('nothing is told of a task without a problem', () =>
  expect(outcomeOf({ problem: null, state: 'working' })).toBe(null));
