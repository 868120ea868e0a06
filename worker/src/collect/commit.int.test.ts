import { execFileSync } from 'node:child_process';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { again, baseSha, checkout, codes, commit, filesOf, folder, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

test('commits new, changed and removed files, and nothing when there is nothing', async () => {
  expect(await commit()).toEqual({ sha: baseSha, commits: 0, findings: [] });
  await rm(join(checkout, 'a.txt'));
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  const head = await commit();
  expect(head).toMatchObject({ commits: 1, findings: [] });
  expect(await git('show', '--name-status', '--format=', head.sha)).toBe('D\ta.txt\nA\tb.txt');
  expect(await commit()).toEqual(head);
});

test('runs no hook, no signer and no file system monitor of the repository', async () => {
  const marker = join(folder, 'ran');
  await writeFile(join(checkout, '.git/hooks/pre-commit'), `#!/bin/sh\ntouch ${marker}\nexit 1\n`, { mode: 0o755 });
  await git('config', 'core.fsmonitor', `touch ${marker}`);
  await git('config', 'commit.gpgSign', 'true');
  await git('config', 'gpg.program', `touch ${marker}`);
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  expect(await commit()).toMatchObject({ commits: 1 });
  expect(() => execFileSync('ls', [marker], { stdio: 'pipe' })).toThrow();
});

test('takes files of the checkout only, whatever the configuration says', async () => {
  await writeFile(join(folder, 'outside.txt'), 'private\n');
  await git('config', 'core.worktree', folder);
  await symlink(join(folder, 'outside.txt'), join(checkout, 'link'));
  const head = await commit();
  expect(await filesOf(head.sha)).toEqual(['a.txt', 'link']);
  expect(await git('cat-file', 'blob', `${head.sha}:link`)).toBe(join(folder, 'outside.txt'));
});

test('brings work back that was committed on another branch', async () => {
  await git('checkout', '--quiet', '-b', 'elsewhere');
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  const head = await commit();
  expect(head).toMatchObject({ commits: 1, findings: [] });
  expect(await git('rev-parse', 'work')).toBe(head.sha);
});

test('tells when the branch was left behind, and takes the files when the agent insists', async () => {
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  const head = await commit();
  await git('checkout', '--quiet', '-B', 'elsewhere', baseSha);
  await writeFile(join(checkout, 'c.txt'), 'c\n');
  const left = await commit();
  expect(left).toMatchObject({ sha: head.sha, commits: 1 });
  expect(codes(left)).toEqual(['BRANCH_LEFT']);
  const taken = await again(left);
  expect(codes(taken)).toEqual(['BRANCH_LEFT']);
  expect(await filesOf(taken.sha)).toEqual(['a.txt', 'c.txt']);
  expect(await git('rev-parse', `${taken.sha}^`)).toBe(head.sha);
});

test('reads names with blanks at their ends, and is not confused by what git warns of', async () => {
  await git('config', 'core.autocrlf', 'input');
  await writeFile(join(checkout, ' lead.txt'), 'x\r\n');
  sh('mkdir " app"; cd " app"; git init -q; echo x > "x "');
  const head = await commit();
  expect(await filesOf(head.sha)).toEqual([' app/x ', ' lead.txt', 'a.txt']);
});
