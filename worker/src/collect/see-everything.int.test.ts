import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { baseSha, beginHere, commit, folder, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

describe('work that git was told not to look at', () => {
  const change = () => sh('for f in b c; do echo changed > $f.txt; done');
  beforeEach(async () => {
    sh('for f in b c away; do echo $f > $f.txt; done; git add .; git commit -qm more');
    await beginHere();
  });

  test.each(['--assume-unchanged', '--skip-worktree'])('is taken with %s all the same', async (mark) => {
    sh(`git update-index ${mark} b.txt c.txt`);
    change();
    const { sha } = await commit();
    expect(await git('diff', '--name-status', baseSha, sha)).toBe('M\tb.txt\nM\tc.txt');
  });

  test('is taken with both marks on one file, and a name git would read as an option', async () => {
    sh('echo x > ./-b.txt; git add -- -b.txt; git commit -qm odd');
    sh('git update-index --assume-unchanged -- -b.txt; git update-index --skip-worktree -- -b.txt; echo y > ./-b.txt');
    const { sha } = await commit();
    expect(await git('show', `${sha}:-b.txt`)).toBe('y');
  });

  test('is taken from outside a sparse checkout, which removes nothing it left out', async () => {
    sh('mkdir in out; echo 1 > in/a; echo 1 > out/a; echo 1 > out/b; git add .; git commit -qm folders');
    sh('git sparse-checkout set in; mkdir -p out; echo 2 > out/a; echo new > out/c');
    const before = await git('rev-parse', 'HEAD');
    const { sha } = await commit();
    expect(await git('diff', '--name-status', before, sha)).toBe('M\tout/a\nA\tout/c');
  });

  test('is taken in a file whose name is not UTF-8', async () => {
    sh(
      "name=$(printf 'caf\\351.txt'); echo 1 > $name; git add .; git commit -qm odd; git update-index --assume-unchanged $name",
    );
    sh("echo 2 > $(printf 'caf\\351.txt')");
    const { sha } = await commit();
    expect(await git('grep', '-h', '2', sha)).toBe('2');
  });

  test.each([
    ['ignores by', 'exclude', 'b.txt hidden.txt'],
    ['changes by', 'attributes', '*.txt filter=empty'],
  ])('is not what a rule only this repository has %s .git/info/%s', async (_how, file, rule) => {
    sh(
      `git config filter.empty.clean true; mkdir -p .git/info; echo "${rule}" | tr " " "\\n" | sed "s/^filter/*.txt filter/" >> .git/info/${file}`,
    );
    change();
    sh('echo h > hidden.txt');
    const { sha } = await commit();
    expect(await git('diff', '--name-only', baseSha, sha)).toBe('b.txt\nc.txt\nhidden.txt');
    expect(await git('show', `${sha}:hidden.txt`)).toBe('h');
  });

  test('is taken when only its mode changed, and when its length and time did not', async () => {
    sh('git config core.fileMode false; git config core.checkStat minimal; git config core.trustctime false');
    sh(
      'touch -d 2020-01-01 c.txt; git add c.txt; sleep 1.1; git update-index --refresh; echo x > c.txt; touch -d 2020-01-01 c.txt; chmod +x b.txt',
    );
    const { sha } = await commit();
    expect(await git('diff', '--name-status', baseSha, sha)).toBe('M\tb.txt\nM\tc.txt');
  });

  test('is not hidden by a list of ignored files of the agent alone', async () => {
    const list = join(folder, 'ignored');
    await writeFile(list, 'hidden.txt\n');
    await git('config', 'core.excludesFile', list);
    await mkdir(join(folder, '.config/git'), { recursive: true });
    await writeFile(join(folder, '.config/git/ignore'), 'quiet.txt\n');
    sh('echo h > hidden.txt; echo q > quiet.txt; echo seen.txt > .gitignore; echo s > seen.txt');
    const { sha } = await commit();
    expect(await git('diff', '--name-only', baseSha, sha)).toBe('.gitignore\nhidden.txt\nquiet.txt');
  });
});
