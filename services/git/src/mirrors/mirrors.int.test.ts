import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from './git-fixture.ts';
import { createMirrors } from './mirrors.ts';
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

/** A mirror, and a checkout as an agent may have left it. */
async function checkedOut() {
  const { directories, mirrors } = setUp();
  await mirrors.refresh(repositoryId, from());
  const checkout = join(root, 'checkout');
  git(root, 'clone', '--quiet', source, checkout);
  git(checkout, 'checkout', '--quiet', '-b', 'codex/1-a1');
  return { directories, mirrors, instance: { checkout }, record: { baseSha: git(checkout, 'rev-parse', 'HEAD') } };
}

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
