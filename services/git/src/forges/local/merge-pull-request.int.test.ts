import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MergeStrategy } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories } from '../../directories.ts';
import { personSignature } from '../../merging/identities.ts';
import {
  commitFiles,
  createRepository,
  type Files,
  git,
  localSources,
  temporaryDirectory,
} from '../../mirrors/git-fixture.ts';
import { createMirrors, type Mirrors } from '../../mirrors/mirrors.ts';
import type { SourceSettings } from '../../sources/source-access.ts';
import { type MergeResult, type MergeTask, mergePullRequest } from './merge-pull-request.ts';

const AT = '2026-03-01T12:00:00Z';
let root: string;
let source: string;
let settings: SourceSettings;
let mirrors: Mirrors;
const repositoryId = newId();
let pullRequestId: string;

beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n', 'b.txt': 'one\n' });
  const directories = createDirectories(join(root, 'data'));
  settings = localSources(directories, source);
  mirrors = createMirrors(directories, settings);
  pullRequestId = newId();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An agent's branch in the mirror, made from the base as it is now. */
async function branchWith(...commits: Files[]): Promise<string> {
  await mirrors.refresh(repositoryId, { kind: 'path', path: source });
  const mirror = mirrors.gitDir(repositoryId);
  const work = join(root, 'work');
  rmSync(work, { recursive: true, force: true });
  git(root, 'clone', '--quiet', source, work);
  let head = '';
  for (const [index, files] of commits.entries()) head = commitFiles(work, files, `Change ${index + 1}`);
  git(work, 'push', '--quiet', mirror, 'HEAD:refs/heads/codex/1-a1');
  return head;
}

function merge(headSha: string, strategy: MergeStrategy) {
  const pullRequest = {
    repositoryId,
    branch: 'codex/1-a1',
    baseBranch: 'main',
    headSha,
    title: 'Greet',
    body: 'By the hour.',
  };
  const task: MergeTask = {
    pullRequestId,
    ...pullRequest,
    source: { kind: 'path', path: source },
    strategy,
    author: personSignature('ada', AT),
  };
  return mergePullRequest(mirrors, settings, task);
}

async function succeeded(headSha: string): Promise<Extract<MergeResult, { ok: true }>> {
  const result = await merge(headSha, 'squash');
  if (!result.ok) throw new Error(result.detail);
  return result;
}

const log = (format: string, count = 10) =>
  git(source, 'log', '--topo-order', `--format=${format}`, `-${count}`, 'main').split('\n');

describe('merging', () => {
  it('makes a merge commit by the person, with the agent as co-author, and updates a clean checkout', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    const result = await merge(head, 'merge');
    expect(result).toMatchObject({ ok: true, mergeSha: git(source, 'rev-parse', 'main') });
    expect(log('%an|%ae|%cn|%P', 1)).toEqual([
      `ada|ada@users.claude-codex.invalid|Claude Codex|${git(source, 'rev-parse', 'main~1')} ${head}`,
    ]);
    expect(git(source, 'log', '-1', '--format=%B', 'main')).toBe(
      'Merge codex/1-a1 into main\n\nGreet\n\nBy the hour.\n\nCo-authored-by: Claude Codex agent <agent@claude-codex.invalid>',
    );
    expect(readFileSync(join(source, 'a.txt'), 'utf8')).toBe('two\n');
    expect(git(source, 'status', '--porcelain')).toBe('');
  });

  it('squashes to one commit', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' }, { 'c.txt': 'new\n' });
    await merge(head, 'squash');
    expect(log('%s')).toEqual(['Greet', 'First']);
    expect(git(source, 'show', 'main:c.txt')).toBe('new');
  });

  it('rebases commit by commit onto what came meanwhile, keeping authors', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' }, { 'c.txt': 'new\n' });
    commitFiles(source, { 'b.txt': 'moved\n' }, 'Meanwhile');
    expect(await merge(head, 'rebase')).toMatchObject({ ok: true });
    expect(log('%s|%an|%cn')).toEqual([
      'Change 2|Ada|Claude Codex',
      'Change 1|Ada|Claude Codex',
      'Meanwhile|Ada|Ada',
      'First|Ada|Ada',
    ]);
    expect(git(source, 'show', 'main:b.txt')).toBe('moved');
    expect(git(source, 'log', '-1', '--format=%B', 'main')).toContain(
      'Co-authored-by: ada <ada@users.claude-codex.invalid>',
    );
  });

  it('leaves the commits of a rebase as they are when nothing came meanwhile', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    expect(await merge(head, 'rebase')).toMatchObject({ ok: true, mergeSha: head });
  });

  it.each(['merge', 'squash', 'rebase'] as const)(
    'names the conflicting files (%s) and changes nothing',
    async (strategy) => {
      const head = await branchWith({ 'a.txt': 'ours\n', 'c.txt': 'x\n' });
      const before = commitFiles(source, { 'a.txt': 'theirs\n' }, 'Meanwhile');
      expect(await merge(head, strategy)).toMatchObject({ ok: false, code: 'MERGE_CONFLICT', conflicts: ['a.txt'] });
      expect(git(source, 'rev-parse', 'main')).toBe(before);
    },
  );

  it('refuses to write over changes that are not committed', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    writeFileSync(join(source, 'a.txt'), 'unsaved\n');
    expect(await merge(head, 'merge')).toMatchObject({
      ok: false,
      code: 'WORKING_TREE_DIRTY',
      detail: expect.stringContaining('Commit or stash'),
    });
    expect(readFileSync(join(source, 'a.txt'), 'utf8')).toBe('unsaved\n');
    git(source, 'checkout', '--', 'a.txt');
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
  });

  it('merges into a branch that is not checked out, and into a bare repository', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    git(source, 'checkout', '--quiet', '-b', 'elsewhere');
    writeFileSync(join(source, 'a.txt'), 'unsaved\n');
    expect(await merge(head, 'squash')).toMatchObject({ ok: true });
    expect(readFileSync(join(source, 'a.txt'), 'utf8')).toBe('unsaved\n');
  });

  it('is done once: asked again after a crash it finds its own merge', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    const { repository: _repository, ...first } = await succeeded(head);
    commitFiles(source, { 'b.txt': 'later\n' }, 'Later');
    expect(await merge(head, 'squash')).toMatchObject(first);
    expect(log('%s')).toEqual(['Later', 'Greet', 'First']);
  });

  it('merges again when the base moves between looking and pushing', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    let moved = false;
    const racing: Mirrors = {
      ...mirrors,
      async sourceHead(id, branch) {
        const seen = await mirrors.sourceHead(id, branch);
        if (!moved) commitFiles(source, { 'b.txt': 'moved\n' }, 'Meanwhile');
        moved = true;
        return seen;
      },
    };
    const pullRequest = {
      repositoryId,
      branch: 'codex/1-a1',
      baseBranch: 'main',
      headSha: head,
      title: 'Greet',
      body: '',
    };
    const task = {
      pullRequestId,
      ...pullRequest,
      source: { kind: 'path' as const, path: source },
      strategy: 'squash' as const,
      author: personSignature('ada', AT),
    };
    expect(await mergePullRequest(racing, settings, task)).toMatchObject({ ok: true });
    expect(log('%s')).toEqual(['Greet', 'Meanwhile', 'First']);
  });

  it('runs no hook of the repository it pushes to', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    const marker = join(root, 'ran');
    mkdirSync(join(source, '.git/hooks'), { recursive: true });
    for (const hook of [
      'pre-receive',
      'update',
      'post-receive',
      'post-update',
      'push-to-checkout',
      'reference-transaction',
    ]) {
      const path = join(source, '.git/hooks', hook);
      writeFileSync(path, `#!/bin/sh\ntouch ${marker}\n`);
      chmodSync(path, 0o755);
    }
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
    expect(existsSync(marker)).toBe(false);
  });

  it('waits for a lock of somebody else, and names it when it stays', { timeout: 30_000 }, async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    const lock = join(source, '.git/index.lock');
    writeFileSync(lock, '');
    const before = git(source, 'rev-parse', 'main');
    expect(await merge(head, 'merge')).toMatchObject({
      ok: false,
      code: 'SOURCE_LOCKED',
      detail: expect.stringContaining(`${lock} is there`),
    });
    expect(existsSync(lock)).toBe(true);
    expect(git(source, 'rev-parse', 'main')).toBe(before);
    setTimeout(() => rmSync(lock), 1_000);
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
  });

  it('takes the files back when the branch itself is locked', { timeout: 30_000 }, async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    const lock = join(source, '.git/refs/heads/main.lock');
    writeFileSync(lock, '');
    expect(await merge(head, 'merge')).toMatchObject({ ok: false, code: 'SOURCE_LOCKED' });
    expect(readFileSync(join(source, 'a.txt'), 'utf8')).toBe('one\n');
    rmSync(lock);
    expect(git(source, 'status', '--porcelain')).toBe('');
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
  });

  it('ends what it had begun when it was killed between the files and the branch', async () => {
    const head = await branchWith({ 'a.txt': 'two\n', 'new.txt': 'new\n' });
    git(source, 'fetch', '--quiet', mirrors.gitDir(repositoryId), 'refs/heads/codex/1-a1');
    git(source, 'read-tree', '-u', '-m', 'HEAD', head);
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
    expect(git(source, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(source, 'new.txt'), 'utf8')).toBe('new\n');
  });

  it('does not write into the middle of a merge', async () => {
    git(source, 'checkout', '--quiet', '-b', 'other');
    commitFiles(source, { 'o.txt': 'o\n' }, 'Other');
    git(source, 'checkout', '--quiet', 'main');
    const head = await branchWith({ 'a.txt': 'two\n' });
    git(source, 'merge', '--quiet', '--no-commit', '--no-ff', 'other');
    expect(await merge(head, 'merge')).toMatchObject({
      ok: false,
      code: 'WORKING_TREE_BUSY',
      detail: expect.stringContaining('in the middle of a merge'),
    });
    git(source, 'merge', '--abort');
    expect(await merge(head, 'merge')).toMatchObject({ ok: true });
  });

  it('refuses to write over a file that git does not know there, and names it', async () => {
    const head = await branchWith({ 'new.txt': 'theirs\n' });
    writeFileSync(join(source, 'new.txt'), 'mine\n');
    expect(await merge(head, 'merge')).toMatchObject({
      ok: false,
      code: 'WORKING_TREE_DIRTY',
      detail: expect.stringContaining('(new.txt)'),
    });
    expect(readFileSync(join(source, 'new.txt'), 'utf8')).toBe('mine\n');
  });

  it('notes its move of the branch where the repository notes its own', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    await merge(head, 'squash');
    expect(git(source, 'reflog', '-1', '--format=%gs', 'HEAD')).toBe('merged by Claude Codex');
    expect(git(source, 'reflog', '-1', '--format=%gs', 'main')).toBe('merged by Claude Codex');
  });

  it('says what is missing', async () => {
    const head = await branchWith({ 'a.txt': 'two\n' });
    expect(await merge('a'.repeat(40), 'merge')).toMatchObject({ ok: false, code: 'HEAD_MISSING' });
    git(source, 'checkout', '--quiet', '-b', 'other');
    git(source, 'branch', '-D', 'main');
    expect(await merge(head, 'merge')).toMatchObject({ ok: false, code: 'BASE_BRANCH_MISSING' });
    rmSync(source, { recursive: true });
    expect(await merge(head, 'merge')).toMatchObject({ ok: false, code: 'PATH_NOT_FOUND' });
  });
});
