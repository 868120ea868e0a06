import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFiles, createRepository, git, temporaryDirectory } from '@claude-codex/git/mirrors/git-fixture';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { journey, WORK } from './journey.fixture.ts';

let root: string;
let source: string;
let evil: string;
let marker: string;
beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n' });
  marker = join(root, 'owned');
  evil = join(root, 'evil.sh');
  writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\ncat\n`, { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const configure = (text: string) => appendFileSync(join(source, '.git/config'), `\n${text}\n`);

/** What somebody who can write in the repository plants, so that the server's user runs it. */
const PLANTED: Record<string, () => void> = {
  'core.alternateRefsCommand': () => {
    git(root, 'clone', '--quiet', '--bare', source, 'lender.git');
    commitFiles(join(source), { 'b.txt': 'b\n' }, 'Second');
    writeFileSync(join(source, '.git/objects/info/alternates'), `${root}/lender.git/objects\n`);
    configure(`[core]\n\talternateRefsCommand = ${evil}`);
  },
  'core.fsmonitor': () => configure(`[core]\n\tfsmonitor = ${evil}`),
  'core.hooksPath': () => {
    plantHooks(join(root, 'hooks'));
    configure(`[core]\n\thooksPath = ${join(root, 'hooks')}`);
  },
  'hooks in their usual place': () => plantHooks(join(source, '.git/hooks')),
  'core.sshCommand, core.gitProxy and core.askPass': () =>
    configure(`[core]\n\tsshCommand = ${evil}\n\tgitProxy = ${evil}\n\taskPass = ${evil}`),
  'core.pager, core.editor and aliases': () =>
    configure(`[core]\n\tpager = ${evil}\n\teditor = ${evil}\n[alias]\n\tfetch = !${evil}\n\tupdate-ref = !${evil}`),
  'gpg.program with signing': () =>
    configure(`[gpg]\n\tprogram = ${evil}\n[commit]\n\tgpgSign = true\n[receive]\n\tcertNonceSeed = x`),
  'credential.helper': () => configure(`[credential]\n\thelper = !${evil}`),
  'uploadpack.packObjectsHook': () => configure(`[uploadpack]\n\tpackObjectsHook = ${evil}`),
  'gc.recentObjectsHook and receive.autogc': () =>
    configure(`[gc]\n\trecentObjectsHook = ${evil}\n\tauto = 1\n[receive]\n\tautogc = true`),
  'receive.denyCurrentBranch with push-to-checkout': () => {
    plantHooks(join(source, '.git/hooks'));
    configure('[receive]\n\tdenyCurrentBranch = updateInstead');
  },
  'include.path': () => {
    writeFileSync(join(root, 'more'), `[core]\n\tfsmonitor = ${evil}\n\talternateRefsCommand = ${evil}\n`);
    configure(`[include]\n\tpath = ${join(root, 'more')}\n[includeIf "gitdir:/"]\n\tpath = ${join(root, 'more')}`);
  },
  'config.worktree': () => {
    configure('[extensions]\n\tworktreeConfig = true');
    writeFileSync(join(source, '.git/config.worktree'), `[core]\n\tfsmonitor = ${evil}\n`);
  },
  'url.insteadOf': () => configure(`[url "ext::${evil}"]\n\tinsteadOf = /\n[protocol "ext"]\n\tallow = always`),
  'merge and diff drivers': () => {
    configure(`[merge "evil"]\n\tdriver = ${evil}\n[diff "evil"]\n\ttextconv = ${evil}\n\tcommand = ${evil}`);
    configure(`[diff]\n\texternal = ${evil}`);
    writeFileSync(join(source, '.git/info/attributes'), '* merge=evil diff=evil\n');
  },
};

it.each(Object.keys(PLANTED))('nothing runs from connected to merged: %s', async (key) => {
  mkdirSync(join(source, '.git/info'), { recursive: true });
  PLANTED[key]?.();
  rmSync(marker, { force: true });
  expect((await journey(root, source)).merged).toMatchObject({ ok: true });
  expect(readFileSync(join(source, WORK), 'utf8')).toBe('work\n');
  expect(existsSync(marker)).toBe(false);
});

it.each(['smudge', 'clean', 'process'])(
  'a filter (%s) is not run: the merge says which file needs it',
  async (kind) => {
    commitFiles(source, { '.gitattributes': '*.txt filter=evil\n' }, 'Filtered');
    configure(`[filter "evil"]\n\t${kind} = ${evil}\n\trequired = true`);
    const before = git(source, 'rev-parse', 'main');
    const { merged } = await journey(root, source);
    expect(merged).toMatchObject({
      ok: false,
      code: 'WORKING_TREE_FILTERED',
      detail: expect.stringContaining(`${WORK} goes through the filter "evil"`),
    });
    expect(existsSync(marker)).toBe(false);
    expect(git(source, 'rev-parse', 'main')).toBe(before);
  },
);

it('a filter is no hindrance to files it does not touch, nor where nothing is checked out', async () => {
  commitFiles(source, { '.gitattributes': '*.bin filter=evil\n' }, 'Filtered');
  configure(`[filter "evil"]\n\tsmudge = ${evil}\n\tclean = ${evil}`);
  expect((await journey(root, source)).merged).toMatchObject({ ok: true });
  git(source, '-c', 'filter.evil.clean=cat', 'checkout', '--quiet', '-b', 'elsewhere');
  commitFiles(source, { 'later.txt': 'x\n' }, 'Later');
  rmSync(marker, { force: true });
  expect((await journey(root, source, 'main')).merged).toMatchObject({ ok: true });
  expect(existsSync(marker)).toBe(false);
});

it('what would be written elsewhere is not written', async () => {
  const victim = join(root, 'victim');
  mkdirSync(victim);
  configure(`[core]\n\tworktree = ${victim}`);
  // A worktree that only the repository knows of: any directory of this machine.
  mkdirSync(join(source, '.git/worktrees/x'), { recursive: true });
  writeFileSync(join(source, '.git/worktrees/x/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(source, '.git/worktrees/x/gitdir'), `${victim}/.git\n`);
  writeFileSync(join(source, '.git/worktrees/x/commondir'), '../..\n');
  expect((await journey(root, source)).merged).toMatchObject({ ok: true });
  expect(existsSync(join(victim, WORK))).toBe(false);
});

it('an index that is a link to another file is not written through', async () => {
  const victim = join(root, 'victim');
  writeFileSync(victim, 'mine');
  rmSync(join(source, '.git/index'));
  symlinkSync(victim, join(source, '.git/index'));
  expect((await journey(root, source)).merged).toMatchObject({ ok: false, code: 'WORKING_TREE_UNREADABLE' });
  expect(readFileSync(victim, 'utf8')).toBe('mine');
});

it('the traps are real: git as its owner runs it springs one', () => {
  configure(`[core]\n\tfsmonitor = ${evil}`);
  spawnSync('git', ['-C', source, 'status']);
  expect(existsSync(marker)).toBe(true);
});

function plantHooks(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const names = ['pre-receive', 'update', 'post-receive', 'post-update', 'push-to-checkout', 'proc-receive'];
  for (const hook of [...names, 'reference-transaction', 'post-index-change', 'post-checkout', 'pre-auto-gc']) {
    writeFileSync(join(directory, hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
  }
}
