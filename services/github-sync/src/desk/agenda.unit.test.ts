import { expect, it } from 'vitest';
import { createAgenda } from './agenda.ts';

it('gives what is due, the most overdue first, and no more than there are places for', () => {
  const agenda = createAgenda();
  agenda.at('later', 50);
  agenda.at('second', 20);
  agenda.at('first', 10);
  expect(agenda.take(30, 1)).toEqual(['first']);
  expect(agenda.take(30, 5)).toEqual(['second']);
  expect(agenda.take(30, 5)).toEqual([]);
  expect(agenda.take(50, 0)).toEqual([]);
  expect(agenda.take(50, 1)).toEqual(['later']);
});

it('never gives what is at work, and gives it once more when something happened meanwhile', () => {
  const agenda = createAgenda();
  agenda.now('a');
  expect(agenda.take(1, 1)).toEqual(['a']);
  agenda.now('a');
  agenda.now('a');
  expect(agenda.take(1, 1)).toEqual([]);
  agenda.done('a');
  expect(agenda.take(1, 1)).toEqual(['a']);
  agenda.done('a');
  expect(agenda.take(1, 1)).toEqual([]);
});

it('takes the earlier of two wishes, and forgets', () => {
  const agenda = createAgenda();
  agenda.at('a', 100);
  agenda.at('a', 10);
  agenda.at('a', 100);
  agenda.at('b', 10);
  agenda.forget('b');
  expect(agenda.take(10, 5)).toEqual(['a']);
});
