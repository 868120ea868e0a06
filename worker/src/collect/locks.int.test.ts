import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout, commit, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

test('waits for the agent’s own git, and takes away a lock that was left behind', async () => {
  const lock = join(checkout, '.git/index.lock');
  await writeFile(lock, '');
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  setTimeout(() => void rm(lock), 400);
  expect(await commit()).toMatchObject({ commits: 1 });
  await writeFile(lock, '');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  await writeFile(join(checkout, 'c.txt'), 'c\n');
  expect(await commit()).toMatchObject({ commits: 2 });
});

describe('a lock that a git of the agent left behind', () => {
  const locks = ['index.lock', 'HEAD.lock', 'refs/heads/work.lock', 'packed-refs.lock', 'config.lock', 'shallow.lock'];
  test.each([
    ...locks.map((name): [string, string] => [name, `touch -d "1 minute ago" .git/${name}`]),
    ['each of them', locks.map((name) => `touch -d "1 minute ago" .git/${name}`).join('; ')],
    ['a directory', 'mkdir .git/HEAD.lock; touch -d "1 minute ago" .git/HEAD.lock'],
    ['a link', 'ln -s /nowhere .git/HEAD.lock; touch -h -d "1 minute ago" .git/HEAD.lock'],
    [
      'of a branch whose work is brought back',
      'git checkout -q -b away; touch -d "1 minute ago" .git/refs/heads/work.lock',
    ],
    ['with a time that never gets old', 'touch -d "2099-01-01" .git/HEAD.lock .git/index.lock'],
  ])('is taken away: %s', { timeout: 60_000 }, async (_name, script) => {
    sh(`echo b > b.txt; ${script}`);
    expect(await commit()).toMatchObject({ commits: 1, findings: [] });
    expect(await git('show', 'work:b.txt')).toBe('b');
  });
});
