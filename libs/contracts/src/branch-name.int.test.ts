import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BranchName, isBranchName } from './branch-name.ts';

const git = (name: string) => spawnSync('git', ['check-ref-format', '--branch', name]).status === 0;

it.each([
  'main',
  'основная',
  'fix/#12-login',
  'feature/ünïcode-✓',
  'user@host',
  'a=b,c;d|e&f$g`h\'i"j',
  "it's-(fine)!",
  '@/at',
  'a@',
  '100%',
  '日本語/ブランチ',
  '{braces}',
])('%j is a name of a branch, as git says', (name) => {
  expect(git(name)).toBe(true);
  expect(isBranchName(name)).toBe(true);
});

it.each([
  '',
  'HEAD',
  '-x',
  '--upload-pack=touch x',
  '.hidden',
  'a/.b',
  'a..b',
  'a b',
  'a\tb',
  'a\nb',
  'a\u007fb',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[b',
  'a\\b',
  'a@{1}',
  '/a',
  'a/',
  'a//b',
  'a.',
  'a.lock',
  'a.lock/b',
])('%j is none', (name) => {
  expect(git(name)).toBe(false);
  expect(BranchName.safeParse(name).success).toBe(false);
});

it('neither are half a character, a name too long for a file, and what git takes for HEAD', () => {
  expect(isBranchName('@')).toBe(false);
  expect(isBranchName('a\ud83d')).toBe(false);
  expect(isBranchName('ы'.repeat(126))).toBe(false);
  expect(isBranchName('ы'.repeat(125))).toBe(true);
});

it('agrees with git on every other name', () => {
  const piece = fc.oneof(
    fc.constantFrom('/', '.', '..', '@', '{', '@{', '-', '.lock', 'HEAD', ' ', '~', '^', ':', '?', '*', '[', '\\', '#'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
  );
  const name = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  // A NUL cannot be part of an argument; "@{-1}" asks git for the branch before.
  const askable = name.filter((text) => !text.includes('\0') && !text.startsWith('@{') && text !== '@');
  fc.assert(
    fc.property(askable, (text) => isBranchName(text) === git(text)),
    { numRuns: 300 },
  );
});
