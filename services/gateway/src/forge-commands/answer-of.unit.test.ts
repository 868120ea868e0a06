import { expect, it } from 'vitest';
import { answerOf } from './answer-of.ts';

const options = ['In French', 'In German'].map((label) => ({ label, description: '' }));

it.each([
  ['2', { choices: ['In German'], text: '' }],
  ['1.\nBut not on Fridays.', { choices: ['In French'], text: 'But not on Fridays.' }],
  ['3', { choices: [], text: '3' }],
  ['0', { choices: [], text: '0' }],
  ['2 of them', { choices: [], text: '2 of them' }],
  ['  In Italian\n', { choices: [], text: 'In Italian' }],
])('%j', (text, answer) => expect(answerOf({ options }, text)).toEqual(answer));
