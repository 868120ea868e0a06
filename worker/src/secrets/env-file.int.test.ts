import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSecretFile } from './env-file.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "codex home '$(x)-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

// Without an input: bash takes a socket for a remote shell's and reads the start-up files of the machine.
const shell = (hookPath: string, name: string) =>
  execFileSync('bash', ['-c', `. "$1"; printf %s "\${!2}"`, 'bash', hookPath, name], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  }).toString();

test('gives a shell exactly the value, whatever is in it, also when it is set later', async () => {
  const file = await createSecretFile(home, { FIRST: 'one' });
  expect(shell(file.hookPath, 'FIRST')).toBe('one');
  const values = fc.sample(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    15,
  );
  for (const value of ["it's", '$(touch /tmp/no) `id` \\ "x"', 'two\nlines', '', ...values]) {
    await file.set('LATER', value);
    expect(shell(file.hookPath, 'LATER')).toBe(value);
  }
  expect(shell(file.hookPath, 'FIRST')).toBe('one');
});

test('only its owner can read it', async () => {
  await createSecretFile(home, { A: 'value' });
  expect((await stat(join(home, '.codex/env.sh'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(home, '.codex'))).mode & 0o777).toBe(0o700);
});

test.each([
  'A B',
  '1A',
  'A=B',
  '',
  'PATH',
  'BASH_ENV',
  'LD_PRELOAD',
  'NODE_OPTIONS',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_ENV_FILE',
])('refuses the name "%s"', async (name) => {
  await expect(createSecretFile(home, { [name]: 'value' })).rejects.toThrow(
    /cannot be the name of an environment variable|ask for it under a name of its own/,
  );
});
