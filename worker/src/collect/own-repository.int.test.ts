import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rememberTracked } from './rebuild.ts';
import { checkout, context, env, filesInBundle, home, project, sh, useProject } from './work.fixture.ts';
import { collectWork } from './work.ts';

useProject();

/** What git says of the project around the checkout. */
const theirs = () =>
  execFileSync('sh', ['-c', 'git rev-parse HEAD; git for-each-ref; git status --porcelain'], {
    cwd: project,
    env,
    encoding: 'utf8',
  });

describe('a checkout whose repository is not the one it was given', () => {
  test.each([
    ['removed', 'rm -rf .git', 'removed its repository'],
    ['a link to the project’s', 'rm -rf .git; ln -s ../../../../.git .git', 'by a link'],
    ['a file that names the project’s', 'rm -rf .git; echo "gitdir: ../../../../.git" > .git', 'by a file'],
    ['joined to the project’s by commondir', 'echo ../../../../../.git > .git/commondir', 'joined its repository'],
    [
      'joined to the project’s refs',
      'rm -rf .git/refs; ln -s ../../../../../.git/refs .git/refs',
      'joined its repository',
    ],
    [
      'joined to a directory of the project’s refs',
      'rm -rf .git/refs/heads; ln -s ../../../../../../.git/refs/heads .git/refs/heads',
      'joined its repository',
    ],
    [
      'joined to the project’s objects',
      'rm -rf .git/objects; ln -s ../../../../../.git/objects .git/objects',
      'joined its repository',
    ],
    [
      'a new one',
      'rm -rf .git; git init -q --initial-branch=work .; git add .; git commit -qm new',
      'does not hold the commit',
    ],
    ['without its objects', 'rm -rf .git/objects/*', 'does not hold the commit'],
    ['with a broken configuration', 'echo "[core" >> .git/config', 'does not hold the commit'],
    ['without HEAD', 'rm .git/HEAD', 'does not hold the commit'],
    [
      'joined to the project’s refs below a name that is no text',
      "d=.git/refs/heads/$(printf '\\351'); mkdir $d; ln -s ../../../../../../../.git/refs/heads $d/x",
      'joined its repository',
    ],
    [
      'whose commit is empty',
      'echo b > b; git add b; git commit -qm b; git rm -q b; git commit -qm b2; chmod -R u+w .git/objects; : > .git/objects/$(git rev-parse HEAD | sed "s,..,&/,")',
      'damaged its repository',
    ],
    [
      'whose tree is garbage',
      'echo b > b; git add b; git commit -qm b; rm b; chmod -R u+w .git/objects; echo x > .git/objects/$(git rev-parse "HEAD^{tree}" | sed "s,..,&/,")',
      'damaged its repository',
    ],
    [
      'without the content of a file it committed',
      'echo b > b; git add b; git commit -qm b; rm -f .git/objects/$(git rev-parse HEAD:b | sed "s,..,&/,"); rm b',
      'damaged its repository',
    ],
    ['with a broken index', 'echo garbage > .git/index', 'damaged its repository'],
    [
      'with a pack cut short',
      'echo b > b; git add b; git commit -qm b; rm b; git rm -q --cached b; git gc -q; chmod -R u+w .git/objects; truncate -s 60 .git/objects/pack/*.pack',
      'damaged its repository',
    ],
    ['on a history of its own', 'git checkout -q --orphan fresh; git commit -qm fresh', 'began a new history'],
  ])('%s: nothing else is touched, it is said, and the files are handed over', async (_name, script, words) => {
    sh(checkout, script);
    sh(checkout, 'echo new > new.txt; echo more >> kept.log; echo no > other.log');
    const before = theirs();
    const work = await collectWork(context, { told: [] });
    expect(theirs()).toBe(before);
    expect(work).toMatchObject({ withoutHistory: true, commits: 1, bundleBlobId: 'blob' });
    expect(work.findings?.[0]).toMatchObject({ code: 'REPOSITORY_LOST', what: expect.stringContaining(words) });
    expect(JSON.stringify(work.findings)).not.toContain(project);
    expect(await filesInBundle()).toEqual(['.gitignore', 'a.txt', 'kept.log', 'new.txt']);
  });

  test('a file that was committed is handed over whatever its name is, though git ignores it', async () => {
    sh(checkout, "echo 1 > $(printf 'caf\\351.log'); git add -f .; git commit -qm odd");
    await rememberTracked({ checkout, home, resumed: false }, env);
    sh(checkout, "rm -rf .git; echo 2 > $(printf 'caf\\351.log')");
    await collectWork(context, { told: [] });
    expect(await filesInBundle()).toContain('caf\ufffd.log');
  });

  test('an agent’s own git does not find the project either', async () => {
    const { commandEnvironment } = await import('../agent-side/command-environment.ts');
    const start = { ...context.start, env: {}, instanceId: 'i', epoch: 1 };
    await rm(join(checkout, '.git'), { recursive: true });
    const agent = commandEnvironment(start, { PATH: env.PATH ?? '' });
    const before = theirs();
    expect(() => execFileSync('git', ['commit', '-qam', 'x'], { cwd: checkout, env: agent, stdio: 'pipe' })).toThrow(
      /not a git repository/,
    );
    expect(theirs()).toBe(before);
  });
});
