import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { checkout, codes, commit, filesOf, git, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

describe('a repository inside the checkout', () => {
  test.each([
    ['with a commit', 'mkdir app; cd app; git init -q; echo x > x; git add .; git commit -qm one'],
    ['without a commit', 'mkdir app; cd app; git init -q; echo x > x'],
    [
      'committed as a link',
      'mkdir app; cd app; git init -q; echo x > x; git add .; git commit -qm one; cd ..; git add app; git commit -qm app',
    ],
    [
      'whose .git is a file',
      'git init -q --separate-git-dir=../elsewhere app; cd app; echo x > x; git add .; git commit -qm one',
    ],
    [
      'with its own ignored files',
      'mkdir app; cd app; git init -q; echo node_modules > .gitignore; mkdir node_modules; echo n > node_modules/n; echo x > x',
    ],
    [
      'in which the rules of the checkout hold',
      'echo node_modules > .gitignore; mkdir app; cd app; git init -q; mkdir node_modules; echo n > node_modules/n; echo x > x',
    ],
  ])('%s is taken in as files', async (_name, script) => {
    sh(script);
    const head = await commit();
    expect(codes(head)).toEqual(['NESTED_REPOSITORY']);
    expect((await filesOf(head.sha)).filter((path) => !path.includes('.gitignore'))).toEqual(['a.txt', 'app/x']);
    expect(await git('ls-tree', '-r', head.sha)).not.toContain('160000');
    expect(codes(await commit())).toEqual(['NESTED_REPOSITORY']);
  });

  test('in another one in a new directory is taken in as well', async () => {
    sh('mkdir -p tools/app/inner; cd tools/app; git init -q; cd inner; git init -q; echo x > x; cd ..; echo y > y');
    const head = await commit();
    expect(await filesOf(head.sha)).toEqual(['a.txt', 'tools/app/inner/x', 'tools/app/y']);
    expect(head.findings[0]?.what).toContain('tools/app, tools/app/inner');
  });

  test('is taken in whatever bytes its name and those of its files are', async () => {
    sh(
      "cd $(mkdir -p $(printf 'caf\\351/\\350'); printf 'caf\\351'); git init -q; echo x > $(printf '\\350/\\377'); echo y > y",
    );
    const head = await commit();
    expect(codes(head)).toEqual(['NESTED_REPOSITORY']);
    const listed = execFileSync('git', ['ls-tree', '-r', '--name-only', '-z', head.sha], {
      cwd: checkout,
      encoding: 'latin1',
    });
    expect(listed.split('\0')).toEqual(['a.txt', 'caf\u00e9/y', 'caf\u00e9/\u00e8/\u00ff', '']);
  });

  test('without any file, and with a name that is no text, does not stop the rest', async () => {
    sh("git init -q $(printf 'empty\\351'); echo b > b.txt");
    expect(await filesOf((await commit()).sha)).toEqual(['a.txt', 'b.txt']);
  });

  test('without any file does not stop the rest', async () => {
    sh('git init -q empty; git init -q "[empty]"; echo b > b.txt');
    expect(await filesOf((await commit()).sha)).toEqual(['a.txt', 'b.txt']);
  });

  test('whose files were known before stays a directory', async () => {
    sh('mkdir src; echo x > src/x; git add .; git commit -qm src; cd src; git init -q; echo y > y');
    const head = await commit();
    expect(await filesOf(head.sha)).toEqual(['a.txt', 'src/x', 'src/y']);
  });

  test('that is a submodule stays one, and is said to be one', async () => {
    sh('git init -q ../lib; cd ../lib; echo x > x; git add .; git commit -qm lib');
    sh('git -c protocol.file.allow=always submodule --quiet add ../lib lib; echo changed >> lib/x');
    const head = await commit();
    expect(await git('ls-tree', head.sha, 'lib')).toContain('160000');
    expect(codes(head)).toEqual(['SUBMODULE_CHANGED', 'SUBMODULE_DIRTY']);
    expect(head.findings[0]?.what).toMatch(/^The submodule lib points to commit [0-9a-f]{12}/);
  });
});
