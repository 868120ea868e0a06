import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { again, checkout, codes, commit, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

describe('work that was begun and not finished', () => {
  const conflict =
    'echo ours > a.txt; git commit -qam ours; git checkout -q -b other main; echo theirs > a.txt; git commit -qam theirs; git checkout -q work; ';
  test.each([
    ['merge', `${conflict} git merge -q other || true`],
    ['rebase', `${conflict} git rebase -q other || true`],
    ['cherry-pick', `${conflict} git cherry-pick other || true`],
    ['revert', `${conflict} echo more > a.txt; git commit -qam more; git revert --no-edit HEAD~1 || true`],
    [
      'stash',
      `${conflict} echo dirty > a.txt; git stash -q; echo third > a.txt; git commit -qam third; git stash pop || true`,
    ],
  ])('%s is told and not committed; when the agent insists, its files are', async (name, script) => {
    sh(script);
    const before = await git('rev-parse', 'work');
    const told = await commit();
    expect(told.sha).toBe(before);
    expect(codes(told)).toEqual(['UNFINISHED_WORK']);
    expect(told.findings[0]?.what).toContain(name === 'stash' ? 'Conflicts are open in a.txt.' : `A ${name} was begun`);
    const status = await git('status', '--porcelain');
    const taken = await again(told);
    expect(codes(taken)).toEqual(expect.arrayContaining(['UNFINISHED_WORK', 'CONFLICT_MARKERS']));
    expect(`${await git('cat-file', 'blob', `${taken.sha}:a.txt`)}\n`).toBe(
      await readFile(join(checkout, 'a.txt'), 'utf8'),
    );
    expect(await git('ls-files', '-u')).not.toBe('');
    expect(status).toContain('a.txt');
  });
});
