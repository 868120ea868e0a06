import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findingText, type WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { secretsText } from '@claude-codex/contracts/worker/secret-places';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGit } from './git.ts';
import { rememberTracked } from './rebuild.ts';
import { collectWork, type WorkContext } from './work.ts';

let project: string;
let checkout: string;
let home: string;
let env: Record<string, string>;
let bundle: Buffer | undefined;
let context: WorkContext;
const SECRET = 'sk-very-secret-4711';
type CollectedWork = Awaited<ReturnType<typeof collectWork>>;

/** A checkout inside somebody's project, as the default data directory `.codex` makes it. */
beforeEach(async () => {
  bundle = undefined;
  project = await mkdtemp(join(tmpdir(), 'codex-project-'));
  env = {
    PATH: process.env.PATH ?? '',
    HOME: project,
    ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' },
  };
  checkout = join(project, '.codex/instances/1/checkout');
  home = join(project, '.codex/instances/1/home');
  sh(project, 'git init -q --initial-branch=main .; echo theirs > theirs.txt; git add .; git commit -qm theirs');
  await mkdir(checkout, { recursive: true });
  sh(
    checkout,
    'git init -q --initial-branch=work .; echo a > a.txt; echo kept > kept.log; git add .; git commit -qm base',
  );
  sh(checkout, 'echo "*.log" > .gitignore; git add .; git commit -qm ignore');
  await rememberTracked({ checkout, home, resumed: false }, env);
  const baseSha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim();
  context = {
    start: { paths: { checkout, home }, branch: 'work', baseSha, instanceName: 'work-1-a1' } as WorkerStart,
    environment: env,
    secrets: () => ({ API_KEY: SECRET, EMPTY: '' }),
    egress: {
      putFile: async (path: string) => {
        bundle = readFileSync(path);
        return 'blob';
      },
    },
  };
});
afterEach(() => rm(project, { recursive: true, force: true }));

function sh(cwd: string, script: string): void {
  execFileSync('sh', ['-ec', script], { cwd, env, stdio: 'pipe' });
}
const theirs = () =>
  execFileSync('sh', ['-c', 'git rev-parse HEAD; git for-each-ref; git status --porcelain'], {
    cwd: project,
    env,
    encoding: 'utf8',
  });

async function filesInBundle(): Promise<string[]> {
  const mirror = join(project, 'mirror.git');
  sh(project, `git init -q --bare ${mirror}`);
  await writeFile(join(project, 'got.bundle'), bundle ?? '');
  sh(mirror, `git fetch -q ../got.bundle refs/codex/hand-over:refs/heads/got`);
  return (await createGit({ workTree: project, gitDir: mirror }, env)('ls-tree', '-r', '--name-only', 'got')).split(
    '\n',
  );
}

/** Files of the commit that was handed over, in the checkout's own repository. */
const filesOf = ({ headSha }: CollectedWork) =>
  execFileSync('git', ['-c', 'safe.directory=*', 'ls-tree', '-r', '--name-only', headSha], {
    cwd: checkout,
    env,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

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

test('a lock on the ref of the hand-over does not stop it', async () => {
  sh(checkout, 'echo b > b; mkdir -p .git/refs/codex; touch -d "1 minute ago" .git/refs/codex/hand-over.lock');
  expect(await collectWork(context, { told: [] })).toMatchObject({ commits: 1, bundleBlobId: 'blob', findings: [] });
});

/** As root nothing is forbidden, so somebody else collects. */
describe('work whose permissions forbid to read it', () => {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  function collected(told: readonly string[] = []): CollectedWork {
    if ('uid' in nobody) sh(project, `chown -R ${nobody.uid}:${nobody.gid} .`);
    const { start } = context;
    const file = join(project, 'taken.bundle');
    const fixture = join(import.meta.dirname, 'collect-work.fixture.ts');
    const out = execFileSync(process.execPath, [fixture, JSON.stringify({ start, environment: env, told, file })], {
      ...{ env, cwd: project, encoding: 'utf8' },
      ...nobody,
    });
    bundle = existsSync(file) ? readFileSync(file) : undefined;
    return JSON.parse(out) as CollectedWork;
  }
  afterEach(() => sh(project, 'chmod -R u+rwX .'));

  test.each([
    ['a new file', 'echo x > closed; chmod 000 closed', 'closed', ['.gitignore', 'a.txt', 'kept.log', 'new.txt']],
    ['a committed file', 'echo x > a.txt; chmod 000 a.txt', 'a.txt', ['.gitignore', 'a.txt', 'kept.log', 'new.txt']],
    ['a new directory', 'mkdir d; echo x > d/x; chmod 000 d', 'd', ['.gitignore', 'a.txt', 'kept.log', 'new.txt']],
    [
      'a directory with committed files',
      'mkdir d; echo x > d/x; git add .; git commit -qm d; echo y > d/x; chmod 000 d',
      'd',
      ['.gitignore', 'a.txt', 'd/x', 'kept.log', 'new.txt'],
    ],
    [
      'a directory that cannot be entered',
      'mkdir d; echo x > d/x; git add .; git commit -qm d; chmod 600 d',
      'd',
      ['.gitignore', 'a.txt', 'd/x', 'kept.log', 'new.txt'],
    ],
    [
      'a name that is no text',
      "f=$(printf '\\351'); echo x > $f; chmod 000 $f",
      '\ufffd',
      ['.gitignore', 'a.txt', 'kept.log', 'new.txt'],
    ],
  ])(
    '%s: the agent is told what and how; if it insists, the rest is handed over and nothing looks removed',
    (_name, script, named, files) => {
      sh(checkout, `${script}; echo new > new.txt`);
      const first = collected();
      expect(first.findings).toMatchObject([
        {
          code: 'UNREADABLE_FILES',
          what: expect.stringContaining(`forbids it: ${named}.`),
          remedy: expect.stringContaining('chmod'),
        },
      ]);
      expect(JSON.stringify(first)).not.toContain(project);
      const again = collected((first.findings ?? []).map(findingText));
      expect(again).toMatchObject({ bundleBlobId: 'blob', findings: [{ code: 'UNREADABLE_FILES' }] });
      expect(filesOf(again)).toEqual(files);
    },
  );

  test.each([
    ['all of it', 'chmod 000 .git'],
    ['its objects', 'chmod -R a-w .git/objects'],
    ['its branches', 'chmod 000 .git/refs/heads'],
    ['its index', 'chmod 000 .git/index'],
    ['its configuration', 'chmod 000 .git/config'],
  ])('the repository, %s: the files are handed over and the agent is told', async (_name, script) => {
    sh(checkout, `echo new > new.txt; ${script}`);
    const work = collected();
    expect(work).toMatchObject({ withoutHistory: true, bundleBlobId: 'blob' });
    expect(work.findings?.[0]).toMatchObject({
      code: 'REPOSITORY_LOST',
      what: expect.stringContaining('closed its repository'),
    });
    expect(JSON.stringify(work)).not.toContain(project);
    expect(await filesInBundle()).toContain('new.txt');
  });
});

describe('a value a person gave', () => {
  test.each([
    ['in a file', `echo one > .env; echo "KEY=${SECRET}" >> .env; git add .; git commit -qm env`, '.env', 2],
    [
      'in a commit that a later one takes back',
      `echo ${SECRET} > k; git add .; git commit -qm k; git rm -q k; git commit -qm gone`,
      'k',
      1,
    ],
    ['in base64', `echo ${SECRET} | base64 > k; git add .; git commit -qm k`, 'k', 1],
    ['in a binary file', `printf 'a\\000${SECRET}\\000' > k.bin; git add .; git commit -qm k`, 'k.bin', 1],
    [
      'in a merge',
      `git checkout -q -b o; echo o > o; git add .; git commit -qm o; git checkout -q work; git merge -q --no-ff --no-commit o; echo ${SECRET} > k; git add .; git commit -qm m`,
      'k',
      1,
    ],
    ['in the words of a commit', `echo x > x; git add .; git commit -qm "with ${SECRET}"`, 'the message of commit', 1],
    ['in a line that begins like a header', `printf '++ ${SECRET}' > k; git add .; git commit -qm k`, 'k', 1],
    ['in a file that git did not know', `echo ${SECRET} > k`, 'k', 1],
  ])('%s is found with its name and place', async (_name, script, path, line) => {
    sh(checkout, script);
    const { secrets } = await collectWork(context, { told: [] });
    expect(secrets?.[0]).toMatchObject({ name: 'API_KEY', path: expect.stringContaining(path), line });
    expect(JSON.stringify(secrets)).not.toContain(SECRET);
    expect(bundle).toBeUndefined();
    const told = [secretsText(secrets ?? [])];
    const again = await collectWork(context, { told });
    expect(again).toMatchObject({ secrets, bundleBlobId: null });
    const other = await collectWork(context, { told, accepted: '0'.repeat(40) });
    expect(other).toMatchObject({ secrets, bundleBlobId: null });
    const accepted = await collectWork(context, { told, accepted: again.headSha });
    expect(accepted).toMatchObject({ secrets, bundleBlobId: 'blob' });
  });

  test('is found behind more than git’s output is kept of', async () => {
    sh(
      checkout,
      `echo ${SECRET} > 0first; git add .; git commit -qm k; head -c 40000000 /dev/zero | tr '\\0' 'x' | fold -w 200 > zlarge; git add .; git commit -qm large`,
    );
    const { secrets } = await collectWork(context, { told: [] });
    expect(secrets).toEqual([{ name: 'API_KEY', path: '0first', line: 1 }]);
  });

  test('that is nowhere is not found', async () => {
    sh(checkout, 'echo sk-very-secret > k');
    expect((await collectWork(context, { told: [] })).secrets).toEqual([]);
  });
});
