import { expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';

it('starts without words, explains itself, and passes over nothing', () => {
  expect(readCommandLine([])).toBeNull();
  expect(readCommandLine(['--port', '7111', '--help'])).toMatch(/^Usage: npm start/);
  expect(readCommandLine(['--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const words of [['--port', '7111'], ['help'], ['--version', '1']]) {
    expect(() => readCommandLine(words)).toThrow(`npm start does not know ${words.join(' ')}.`);
  }
});
