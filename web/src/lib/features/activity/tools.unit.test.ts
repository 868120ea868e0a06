import { expect, test } from 'vitest';
import { describeTool, editedFile, shortPath } from './tools.ts';

test.each([
  ['Bash', { command: 'npm test\necho done' }, 'Ran npm test'],
  ['Edit', { file_path: '/data/checkouts/abc/src/a.js' }, 'Edited src/a.js'],
  ['mcp__codex__ask_question', { question: 'Which?' }, 'Asked Which?'],
  ['mcp__codex__read_issue', { number: 12 }, 'Read issue 12'],
  ['mcp__tracker__list_items', {}, 'list items'],
  ['SomethingNew', null, 'SomethingNew'],
])('%s reads as a person would say it', (tool, input, words) => {
  const { verb, target } = describeTool(tool, input);
  expect(`${verb} ${target}`.trim()).toBe(words);
});

test('paths begin at the checkout', () => {
  expect(shortPath('/work/checkout/src/a.js')).toBe('src/a.js');
  expect(shortPath('src/a.js')).toBe('src/a.js');
});

test('only tools that write a file count as edits', () => {
  expect(editedFile('Read', { file_path: '/a' })).toBeNull();
  expect(editedFile('Write', { file_path: '/a' })).toBe('/a');
});
