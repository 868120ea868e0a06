import { expect, it } from 'vitest';
import { wordsOfFailed } from './turn-words.ts';

it.each([
  [{ subtype: 'success', result: 'Prompt is too long\n' }, 'Prompt is too long'],
  [{ subtype: 'success', result: '' }, 'Claude Code ended the turn with an error and did not say which.'],
  [
    { subtype: 'error_max_turns', result: 'Reached 50 turns' },
    'Claude Code ended the turn early (error max turns): Reached 50 turns',
  ],
  [{ subtype: 'error_during_execution', result: ' ' }, 'Claude Code ended the turn early (error during execution).'],
])('%j', (turn, words) => {
  expect(wordsOfFailed(turn)).toBe(words);
});
