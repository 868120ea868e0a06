import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findingText } from '@claude-codex/contracts/worker/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitWork, type Head } from './commit.ts';
import { createGit, type Git } from './git.ts';

let folder: string;
let checkout: string;
let git: Git;
let baseSha: string;
let env: Record<string, string>;
const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-commit-'));
  checkout = join(folder, 'checkout');
  await mkdir(checkout);
  env = { PATH: process.env.PATH ?? '', HOME: folder, ...identity };
  git = createGit({ workTree: checkout }, env);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: checkout });
  await writeFile(join(checkout, 'a.txt'), 'a\n');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'base');
  baseSha = await git('rev-parse', 'HEAD');
  await git('checkout', '--quiet', '-b', 'work');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const commit = (told: readonly string[] = []) =>
  commitWork({ checkout, env, branch: 'work', baseSha, message: 'wip', told });
const again = ({ findings }: Head) => commit(findings.map(findingText));
const sh = (script: string) => execFileSync('sh', ['-ec', script], { cwd: checkout, env, stdio: 'pipe' });
const codes = ({ findings }: Head) => findings.map(({ code }) => code);
const filesOf = async (sha: string) => (await git('ls-tree', '-r', '--name-only', sha)).split('\n');

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

test('reads names with blanks at their ends, and is not confused by what git warns of', async () => {
  await git('config', 'core.autocrlf', 'input');
  await writeFile(join(checkout, ' lead.txt'), 'x\r\n');
  sh('mkdir " app"; cd " app"; git init -q; echo x > "x "');
  const head = await commit();
  expect(await filesOf(head.sha)).toEqual([' app/x ', ' lead.txt', 'a.txt']);
});

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

  test('a conflict that was committed with its markers is told; a heading of equal signs is none', async () => {
    await writeFile(join(checkout, 'doc.md'), 'Heading\n=======\n\ntext\n');
    expect(codes(await commit())).toEqual([]);
    await writeFile(join(checkout, 'b.txt'), 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n');
    const head = await commit();
    expect(head.findings).toMatchObject([{ code: 'CONFLICT_MARKERS', what: expect.stringContaining('b.txt') }]);
  });
});

describe('files under Git LFS without Git LFS', () => {
  beforeEach(() =>
    sh(
      'echo "*.bin filter=lfs diff=lfs merge=lfs -text" > .gitattributes; git config filter.lfs.clean "git-lfs clean -- %f"; git config filter.lfs.required true',
    ),
  );
  test('a new one is told', async () => {
    await writeFile(join(checkout, 'big.bin'), 'x'.repeat(5_000));
    const head = await commit();
    expect(head.commits).toBe(1);
    expect(head.findings).toMatchObject([{ code: 'LFS_WITHOUT_LFS', what: expect.stringContaining('big.bin') }]);
  });
  test('a pointer whose content nobody has is told', async () => {
    await writeFile(
      join(checkout, 'big.bin'),
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`,
    );
    expect(codes(await commit())).toEqual(['LFS_CONTENT_MISSING']);
  });
  test('other files are not', async () => {
    await writeFile(join(checkout, 'b.txt'), 'b');
    expect(codes(await commit())).toEqual([]);
  });
});

test('says that everything made is ignored, when nothing else is there', async () => {
  sh('echo dist > .gitignore; git add .; git commit -qm ignore');
  baseSha = await git('rev-parse', 'HEAD');
  sh('mkdir dist; echo x > dist/x');
  const head = await commit();
  expect(head).toMatchObject({ commits: 0, findings: [{ code: 'ONLY_IGNORED_OUTPUT' }] });
  expect(head.findings[0]?.what).toContain('dist/');
  await rename(join(checkout, 'dist'), join(checkout, 'out'));
  expect(codes(await commit())).toEqual([]);
});

describe('work that git was told not to look at', () => {
  const change = () => sh('for f in b c; do echo changed > $f.txt; done');
  beforeEach(async () => {
    sh('for f in b c away; do echo $f > $f.txt; done; git add .; git commit -qm more');
    baseSha = await git('rev-parse', 'HEAD');
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
