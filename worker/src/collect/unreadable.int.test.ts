import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findingText } from '@claude-codex/contracts/worker/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { checkout, context, env, filesInBundle, keepBundle, project, sh, useProject } from './work.fixture.ts';
import type { collectWork } from './work.ts';

useProject();

type CollectedWork = Awaited<ReturnType<typeof collectWork>>;

/** Files of the commit that was handed over, in the checkout's own repository. */
const filesOf = ({ headSha }: CollectedWork) =>
  execFileSync('git', ['-c', 'safe.directory=*', 'ls-tree', '-r', '--name-only', headSha], {
    cwd: checkout,
    env,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');

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
    keepBundle(existsSync(file) ? file : null);
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
