import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { again, checkout, codes, commit, filesOf, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

describe('a file larger than a hand-over takes', () => {
  // Sparse: it has the size, and takes no place on the disk.
  const make = (path: string, size = '3G') => sh(`truncate -s ${size} ${path}`);

  test.each([
    ['new', () => make('big.bin')],
    ['a known one that grew', () => make('a.txt')],
    ['in a new directory, with a strange name', () => sh('mkdir -p "d [x]"; truncate -s 3G "d [x]/:(y) big.bin"')],
    ['one of several', () => sh('truncate -s 3G big.bin; truncate -s 300M other.bin; truncate -s 1M small.bin')],
  ])('is left out by its size, and named with it: %s', async (_name, script) => {
    script();
    await writeFile(join(checkout, 'b.txt'), 'b\n');
    const before = performance.now();
    const head = await commit();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(codes(head)).toEqual(['FILE_TOO_LARGE']);
    expect(head.findings[0]?.what).toMatch(/ at most 256 MB: .*(big\.bin|a\.txt) \(3,072 MB\)/);
    const sizes = (await git('ls-tree', '-r', '-l', head.sha)).split('\n').map((line) => Number(line.split(/\s+/)[3]));
    expect(Math.max(...sizes)).toBeLessThan(2 ** 20 + 1);
    expect(await filesOf(head.sha)).toContain('b.txt');
    expect(codes(await again(head))).toEqual(['FILE_TOO_LARGE']);
  });

  test('that git ignores is nobody’s concern', async () => {
    make('big.bin');
    sh('echo big.bin > .gitignore');
    expect(codes(await commit())).toEqual([]);
  });

  test('that the agent committed is refused by name and size, also when a later commit removed it', async () => {
    make('big.bin', '300M');
    sh('git add big.bin; git commit -qm big; git rm -q big.bin; git commit -qm gone');
    await expect(commit()).rejects.toThrow(
      'big.bin (300 MB) is in the commits, and one file may have at most 256 MB. Take it out of every commit',
    );
  });
});
