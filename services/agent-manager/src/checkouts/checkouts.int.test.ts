import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFiles, createRepository, git, temporaryDirectory } from '@claude-codex/git/mirrors/git-fixture';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostPlacesIn } from '../runtimes/host-places.fixture.ts';
import { instanceDirectories } from '../runtimes/instance-directories.ts';
import { createDirectories } from './directories.ts';
import { gitHere } from './git-here.fixture.ts';
import { prepareCheckout } from './prepare-checkout.ts';

let root: string;
let source: string;
const repositoryId = newId();

beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function setUp() {
  const directories = createDirectories(join(root, 'data'));
  return { directories, ...(await gitHere(root, directories)) };
}

const from = () => ({ kind: 'path' as const, path: source });

async function checkedOut(branch = 'codex/1-a1') {
  const house = await setUp();
  const { directories, mirrors } = house;
  await house.connect(repositoryId, from());
  await mirrors.refresh(repositoryId, from());
  const instanceId = newId();
  const instance = instanceDirectories(directories, instanceId);
  const places = hostPlacesIn(directories);
  const request = {
    repositoryId,
    branch,
    baseBranch: 'main',
    epochs: { now: 2, since: 0 },
    places: places.instance(instanceId),
  };
  const record = await prepareCheckout(house, request);
  return { ...house, house, instance, places, record, request };
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
    const { house, instance, mirrors, request, record } = await checkedOut();
    writeFileSync(join(instance.checkout, 'a.txt'), 'unsaved\n');
    commitFiles(source, { 'b.txt': 'moved on\n' }, 'Moved on');
    await mirrors.refresh(repositoryId, from());
    expect(await prepareCheckout(house, request)).toEqual(record);
    expect(readFileSync(join(instance.checkout, 'a.txt'), 'utf8')).toBe('unsaved\n');
  });

  it('come back from the mirror when they were lost', async () => {
    const { house, instance, request, record } = await checkedOut();
    const head = commitFiles(instance.checkout, { 'b.txt': 'work\n' }, 'Work');
    await takeIn(house, instance.checkout, head, record.baseSha);
    rmSync(instance.checkout, { recursive: true });
    expect(await prepareCheckout(house, request)).toEqual(record);
    expect(git(instance.checkout, 'rev-parse', 'HEAD')).toBe(head);
  });

  it('say that the base branch is missing', async () => {
    const { house, request, places } = await checkedOut();
    const other = { ...request, baseBranch: 'nowhere', places: places.instance(newId()) };
    await expect(prepareCheckout(house, other)).rejects.toMatchObject({ code: 'BASE_BRANCH_MISSING' });
  });

  it.each(['--upload-pack=touch x', '../x', 'a..b', 'x.lock', 'a b', 'HEAD', '-x', 'a\nb'])(
    'refuse the branch name %j',
    async (branch) => {
      await expect(checkedOut(branch)).rejects.toMatchObject({ code: 'INVALID_BRANCH' });
    },
  );
});

/** What a supervisor hands over. */
async function takeIn(
  { git: service, blobs }: Awaited<ReturnType<typeof setUp>>,
  checkout: string,
  headSha: string,
  baseSha: string,
) {
  const file = join(root, 'work.bundle');
  git(checkout, 'bundle', 'create', '--quiet', file, 'HEAD', `^${baseSha}`);
  const { blobId } = await blobs.put(readFileSync(file), { maxBytes: 1e9 });
  const since = { baseSha, previousHeadSha: null };
  return service.takeIn({ repositoryId, branch: 'codex/1-a1', bundleBlobId: blobId, headSha, onto: null, since });
}

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

    const { house, instance, record } = await checkedOut();
    expect(readFileSync(outside, 'utf8')).toBe('mine');
    const head = commitFiles(instance.checkout, { 'a.txt': 'changed\n' }, 'Work');
    const { changes } = await takeIn(house, instance.checkout, head, record.baseSha);
    const { files } = await (await openDiff(house.blobs, changes?.diffBlobId ?? '')).index({ after: 0, limit: 10 });
    expect(files.map(({ path }) => path)).toEqual(['a.txt']);
    expect(existsSync(marker)).toBe(false);
    // The traps were real: git as somebody would run it by hand in that directory springs them. Whether it then fails
    // depends on the timestamps in its index; that it ran the planted program does not.
    spawnSync('git', ['-C', source, 'status']);
    expect(existsSync(marker)).toBe(true);
  });
});
