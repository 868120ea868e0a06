import { describe, expect, it } from 'vitest';
import { act, shown } from './derive-state.fixture.ts';
import {
  answered,
  asked,
  coder,
  DEPENDENCY,
  dependency,
  developing,
  QUESTION,
  question,
  REVIEW,
  requested,
  taskAfter,
} from './history.fixture.ts';

describe('a task whose agent asks for something shows', () => {
  it.each([
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
});
