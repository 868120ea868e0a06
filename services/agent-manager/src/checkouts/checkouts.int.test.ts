import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories } from './directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from './git-fixture.ts';
import { createMirrors } from './mirrors.ts';
import { prepareCheckout } from './prepare-checkout.ts';
import { MODES } from './private-directories.ts';
import { takeInBundle } from './take-in-bundle.ts';

let root: string;
let source: string;
const repositoryId = newId();

beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function setUp() {
  const directories = createDirectories(join(root, 'data'));
  return { directories, mirrors: createMirrors(directories, localSources(directories)) };
}

const from = () => ({ kind: 'path' as const, path: source });

describe('mirrors', () => {
  it('copy the branches of the source and follow them', async () => {
    const { mirrors } = setUp();
    const first = await mirrors.refresh(repositoryId, from());
    expect(first).toMatchObject({ defaultBranch: 'main', branches: ['main'] });
    git(source, 'branch', 'other');
    const next = commitFiles(source, { 'a.txt': 'two\n' }, 'Second');
    expect(await mirrors.refresh(repositoryId, from())).toEqual({
      defaultBranch: 'main',
      headSha: next,
      branches: ['main', 'other'],
      shallow: false,
    });
    git(source, 'branch', '-D', 'other');
    expect((await mirrors.refresh(repositoryId, from())).branches).toEqual(['main']);
  });

  it.each([
    ['a path that is not there', () => ({ kind: 'path' as const, path: join(root, 'nothing') }), 'PATH_NOT_FOUND'],
    ['a relative path', () => ({ kind: 'path' as const, path: 'source' }), 'INVALID_PATH'],
    ['a directory without a repository', () => ({ kind: 'path' as const, path: root }), 'NOT_A_REPOSITORY'],
    [
      'an address with an option in it',
      () => ({ kind: 'git' as const, url: '--upload-pack=touch x' }),
      'URL_SCHEME_NOT_ALLOWED',
    ],
    ['a remote helper', () => ({ kind: 'git' as const, url: 'ext::sh -c touch% x' }), 'URL_SCHEME_NOT_ALLOWED'],
  ])('refuse %s', async (_what, make, code) => {
    await expect(setUp().mirrors.refresh(repositoryId, make())).rejects.toMatchObject({ code });
  });

  it('say that their source is a clone cut short', async () => {
    commitFiles(source, { 'a.txt': 'two\n' }, 'Second');
    git(root, 'clone', '--quiet', '--depth=1', `file://${source}`, 'short');
    const path = join(root, 'short');
    const found = await setUp().mirrors.refresh(repositoryId, { kind: 'path', path });
    expect(found).toMatchObject({ shallow: true, headSha: git(path, 'rev-parse', 'HEAD') });
  });

  it('refuse a repository without a commit', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    git(empty, 'init', '--quiet');
    await expect(setUp().mirrors.refresh(repositoryId, { kind: 'path', path: empty })).rejects.toMatchObject({
      code: 'REPOSITORY_EMPTY',
    });
  });
});

async function checkedOut(branch = 'codex/1-a1') {
  const { directories, mirrors } = setUp();
  await mirrors.refresh(repositoryId, from());
  const instance = directories.instance(newId());
  const request = {
    repositoryId,
    branch,
    baseBranch: 'main',
    directories: instance,
    owner: null,
    directoryMode: MODES.own,
  };
  const record = await prepareCheckout(mirrors, request);
  return { directories, mirrors, instance, record, request };
}

describe('checkouts', () => {
  it('are repositories of their own on the branch of the instance', async () => {
    const { instance, record } = await checkedOut();
    expect(git(instance.checkout, 'symbolic-ref', 'HEAD')).toBe('refs/heads/codex/1-a1');
    expect(git(instance.checkout, 'status', '--porcelain')).toBe('');
    expect(git(instance.checkout, 'rev-parse', 'HEAD')).toBe(record.baseSha);
    expect(git(instance.checkout, 'remote')).toBe('');
    expect(existsSync(join(instance.checkout, '.git/objects/info/alternates'))).toBe(false);
    expect(readFileSync(join(instance.checkout, 'a.txt'), 'utf8')).toBe('one\n');
    expect(statSync(instance.home).mode & 0o777).toBe(0o700);
  });

  it('keep what the agent had not committed when they are prepared again', async () => {
    const { instance, mirrors, request, record } = await checkedOut();
    writeFileSync(join(instance.checkout, 'a.txt'), 'unsaved\n');
    commitFiles(source, { 'b.txt': 'moved on\n' }, 'Moved on');
    await mirrors.refresh(repositoryId, from());
    expect(await prepareCheckout(mirrors, request)).toEqual(record);
    expect(readFileSync(join(instance.checkout, 'a.txt'), 'utf8')).toBe('unsaved\n');
  });

  it('come back from the mirror when they were lost', async () => {
    const { instance, mirrors, request, record, directories } = await checkedOut();
    const head = commitFiles(instance.checkout, { 'b.txt': 'work\n' }, 'Work');
    await takeIn(directories, mirrors.gitDir(repositoryId), instance.checkout, head, record.baseSha);
    rmSync(instance.checkout, { recursive: true });
    expect(await prepareCheckout(mirrors, request)).toEqual(record);
    expect(git(instance.checkout, 'rev-parse', 'HEAD')).toBe(head);
  });

  it('say that the base branch is missing', async () => {
    const { mirrors, request, directories } = await checkedOut();
    const other = { ...request, baseBranch: 'nowhere', directories: directories.instance(newId()) };
    await expect(prepareCheckout(mirrors, other)).rejects.toMatchObject({ code: 'BASE_BRANCH_MISSING' });
  });

  it.each(['--upload-pack=touch x', '../x', 'a..b', 'x.lock', 'a b', 'HEAD', '-x', 'a\nb'])(
    'refuse the branch name %j',
    async (branch) => {
      await expect(checkedOut(branch)).rejects.toMatchObject({ code: 'INVALID_BRANCH' });
    },
  );
});

async function takeIn(
  directories: ReturnType<typeof createDirectories>,
  mirror: string,
  checkout: string,
  headSha: string,
  baseSha: string,
  over: Partial<{ branch: string; maxBytes: number }> = {},
) {
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const file = join(root, 'work.bundle');
  git(checkout, 'bundle', 'create', '--quiet', file, 'HEAD', `^${baseSha}`);
  const { blobId } = await blobs.put(readFileSync(file), { maxBytes: 1e9 });
  await takeInBundle({
    mirror,
    blobs,
    blobId,
    headSha,
    branch: 'codex/1-a1',
    maxBytes: 1e8,
    temporary: directories.temporary,
    ...over,
  });
}

describe('bundles', () => {
  it('move only the branch of the instance', async () => {
    const { instance, mirrors, record, directories } = await checkedOut();
    const mirror = mirrors.gitDir(repositoryId);
    const head = commitFiles(instance.checkout, { 'b.txt': 'work\n' }, 'Work');
    await takeIn(directories, mirror, instance.checkout, head, record.baseSha);
    await takeIn(directories, mirror, instance.checkout, head, record.baseSha);
    expect(git(mirror, 'for-each-ref', '--format=%(refname) %(objectname)')).toBe(
      `refs/heads/codex/1-a1 ${head}\nrefs/remotes/source/main ${record.baseSha}`,
    );
    expect(readdirSync(directories.temporary)).toEqual([]);
  });

  it('are refused over the size cap, for another commit, and when they are no bundle', async () => {
    const { instance, mirrors, record, directories } = await checkedOut();
    const mirror = mirrors.gitDir(repositoryId);
    const head = commitFiles(instance.checkout, { 'b.txt': 'work\n' }, 'Work');
    const refused = { code: 'BUNDLE_INVALID' };
    await expect(
      takeIn(directories, mirror, instance.checkout, head, record.baseSha, { maxBytes: 50 }),
    ).rejects.toMatchObject(refused);
    await expect(takeIn(directories, mirror, instance.checkout, 'a'.repeat(40), record.baseSha)).rejects.toMatchObject(
      refused,
    );
    const blobs = createDirectoryBlobs(join(root, 'blobs'));
    const { blobId } = await blobs.put(Buffer.from('# v2 git bundle\nnonsense\n\nPACK'), { maxBytes: 100 });
    const broken = {
      mirror,
      blobs,
      blobId,
      headSha: head,
      branch: 'codex/1-a1',
      maxBytes: 1e6,
      temporary: directories.temporary,
    };
    await expect(takeInBundle(broken)).rejects.toMatchObject(refused);
    expect(git(mirror, 'for-each-ref', 'refs/heads/')).toBe('');
  });

  it('are refused when they hold an object that git fsck refuses', async () => {
    const { instance, mirrors, record, directories } = await checkedOut();
    const { checkout } = instance;
    const blob = git(checkout, 'hash-object', '-w', 'a.txt');
    // A tree with an entry called ".git": checked out, it would plant a repository configuration.
    const tree = Buffer.concat([Buffer.from('100644 .git\0'), Buffer.from(blob, 'hex')]);
    writeFileSync(join(root, 'tree'), tree);
    const bad = git(checkout, 'hash-object', '-w', '-t', 'tree', '--literally', join(root, 'tree'));
    const head = git(checkout, 'commit-tree', bad, '-p', record.baseSha, '-m', 'Evil');
    git(checkout, 'update-ref', 'refs/heads/codex/1-a1', head);
    await expect(
      takeIn(directories, mirrors.gitDir(repositoryId), checkout, head, record.baseSha),
    ).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });
});

describe('a hostile repository', () => {
  it('runs no code when it is mirrored, checked out, taken in and compared', async () => {
    const marker = join(root, 'owned');
    const evil = join(root, 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\ncat\n`);
    chmodSync(evil, 0o755);
    // Everything a working repository can plant in its own configuration and files.
    for (const [key, value] of [
      ['core.fsmonitor', evil],
      ['core.hooksPath', join(source, '.hooks')],
      ['filter.evil.clean', evil],
      ['filter.evil.smudge', evil],
      ['filter.evil.process', evil],
      ['filter.evil.required', 'true'],
      ['diff.evil.textconv', evil],
      ['diff.evil.command', evil],
      ['merge.evil.driver', evil],
      ['core.sshCommand', evil],
      ['core.pager', evil],
      ['core.editor', evil],
      ['credential.helper', `!${evil}`],
      ['uploadpack.packObjectsHook', evil],
      ['gpg.program', evil],
      ['alias.fetch', `!${evil}`],
    ]) {
      git(source, 'config', key ?? '', value ?? '');
    }
    for (const hook of [
      'post-checkout',
      'pre-commit',
      'reference-transaction',
      'post-merge',
      'pre-receive',
      'post-index-change',
    ]) {
      for (const directory of [join(source, '.git/hooks'), join(source, '.hooks'), join(source, 'hooks')]) {
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, hook), readFileSync(evil));
        chmodSync(join(directory, hook), 0o755);
      }
    }
    const outside = join(root, 'outside');
    writeFileSync(outside, 'mine');
    writeFileSync(join(source, '.gitattributes'), '* filter=evil diff=evil merge=evil\n');
    writeFileSync(join(source, '.gitmodules'), '[submodule "x"]\n\tpath = x\n\turl = ../evil\n');
    symlinkSync(outside, join(source, 'link'));
    // Committed by plumbing, with the planted configuration out of the way.
    const plain = [
      '-c',
      'core.fsmonitor=false',
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'filter.evil.clean=',
      '-c',
      'filter.evil.process=',
      '-c',
      'filter.evil.required=false',
    ];
    git(source, ...plain, 'add', '--all');
    git(source, ...plain, 'commit', '--quiet', '-m', 'Planted');
    rmSync(marker, { force: true });

    const { instance, mirrors, record, directories } = await checkedOut();
    const { computeDiff } = await import('../diffs/compute-diff.ts');
    expect(readFileSync(outside, 'utf8')).toBe('mine');
    const mirror = mirrors.gitDir(repositoryId);
    const head = commitFiles(instance.checkout, { 'a.txt': 'changed\n' }, 'Work');
    await takeIn(directories, mirror, instance.checkout, head, record.baseSha);
    const blobs = createDirectoryBlobs(join(root, 'diffs'));
    const { blobId } = await computeDiff(mirror, { baseSha: record.baseSha, headSha: head }, blobs);
    const { files } = await (await openDiff(blobs, blobId)).index({ after: 0, limit: 10 });
    expect(files.map(({ path }) => path)).toEqual(['a.txt']);
    expect(existsSync(marker)).toBe(false);
    // The traps were real: git as somebody would run it by hand in that directory springs them. Whether it then fails
    // depends on the timestamps in its index; that it ran the planted program does not.
    spawnSync('git', ['-C', source, 'status']);
    expect(existsSync(marker)).toBe(true);
  });
});
