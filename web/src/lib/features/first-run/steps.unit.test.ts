import { expect, test } from 'vitest';
import { stepsDone } from './steps.ts';

const phase = (status: 'running' | 'approved') => ({ name: 'plan', title: 'Plan', status });

test('nothing is done on an empty server', () => expect(stepsDone([], [])).toEqual([false, false, false, false]));

test('a draft is not yet a started task', () => {
  expect(stepsDone([{ status: 'ready' }], [{ state: 'draft', phases: [], additions: 0 }])).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('all four, once a change was merged', () => {
  const task = { state: 'completed' as const, phases: [phase('approved')], additions: 3 };
  expect(stepsDone([{ status: 'ready' }], [task])).toEqual([true, true, true, true]);
});
