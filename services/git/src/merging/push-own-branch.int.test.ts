import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { newId } from '@claude-codex/service-kit/ids';
import { silentLog } from '@claude-codex/testing';
import { type Certificate, selfSigned } from '@claude-codex/testing/certificate';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { createMirrors } from '../mirrors/mirrors.ts';
import { type HttpsGit, serveGit } from '../sources/https-git.fixture.ts';
import { createGitNetwork } from '../sources/network.ts';
import { personSignature } from './identities.ts';
import { pushOwnBranch } from './push-own-branch.ts';
import { updateFromBase } from './update-from-base.ts';

const BRANCH = 'codex/1-a1';
const repositoryId = newId();
let certificate: Certificate;
let root: string;
let serving: HttpsGit;
let network: ReturnType<typeof createGitNetwork>;
let house: Parameters<typeof pushOwnBranch>[0];
beforeAll(() => {
  certificate = selfSigned();
});
beforeEach(async () => {
  root = temporaryDirectory();
  createRepository(join(root, 'project'), { 'a.txt': 'one\n' });
  git(root, 'clone', '--quiet', '--bare', 'project', 'project.git');
  serving = await serveGit(root, certificate);
  const directories = createDirectories(join(root, 'data'));
  const ssh = { key: null, knownHosts: null, metHosts: join(root, 'met') };
  network = createGitNetwork(
    { opened: ['localhost'], failAfterMs: 4_000 },
    { GIT_SSL_CAINFO: certificate.file },
    ssh,
    silentLog,
  );
  const sources = { ...localSources(directories), network: network.variables };
  house = { sources, mirrors: createMirrors(directories, sources) };
});
afterEach(async () => {
  serving.stop();
  await network.stop();
  rmSync(root, { recursive: true, force: true });
});

const source = () => ({ kind: 'git' as const, url: serving.url('project.git') });
const mirror = () => house.mirrors.gitDir(repositoryId);
const push = (headSha: string) => pushOwnBranch(house, { repositoryId, source: source(), branch: BRANCH, headSha });
const there = () => git(join(root, 'project.git'), 'rev-parse', BRANCH);

function update(headSha: string) {
  const request = { repositoryId, source: source(), branch: BRANCH, baseBranch: 'main', headSha, title: '' };
  const author = personSignature('ada', '2026-11-30T10:00:00Z');
  return updateFromBase(
    { mirrors: house.mirrors, blobs: createDirectoryBlobs(join(root, 'blobs')) },
    { ...request, author },
  );
}

/** Work on the base that does not follow from other work on it, in the mirror. */
async function work(name: string): Promise<string> {
  await house.mirrors.refresh(repositoryId, source());
  git(root, 'clone', '--quiet', 'project', name);
  const head = commitFiles(join(root, name), { [`${name}.txt`]: `${name}\n` }, name);
  git(join(root, name), 'push', '--quiet', mirror(), `HEAD:refs/heads/codex/${name}`);
  return head;
}

it('is there, once however often it is asked for, and makes way for other work of ours', async () => {
  const [first, second] = [await work('first'), await work('second')];
  expect([await push(first), await push(first), there()]).toEqual([{ ok: true }, { ok: true }, first]);
  expect([await push(second), there()]).toEqual([{ ok: true }, second]);
});

it('what somebody else pushed there stays', async () => {
  const [first, second] = [await work('first'), await work('second')];
  await push(first);
  git(root, 'clone', '--quiet', '--branch', BRANCH, 'project.git', 'colleague');
  const theirs = commitFiles(join(root, 'colleague'), { 'c.txt': 'theirs\n' }, 'Theirs');
  git(join(root, 'colleague'), 'push', '--quiet', 'origin', `HEAD:${BRANCH}`);
  expect([await push(second), there()]).toEqual([expect.objectContaining({ ok: false, code: 'BRANCH_TAKEN' }), theirs]);
});

it('what somebody pushed on top of it is taken in when that is asked for, with the base as it is then', async () => {
  const first = await work('first');
  await push(first);
  git(root, 'clone', '--quiet', '--branch', BRANCH, 'project.git', 'colleague');
  const theirs = commitFiles(join(root, 'colleague'), { 'c.txt': 'theirs\n' }, 'Theirs');
  git(join(root, 'colleague'), 'push', '--quiet', 'origin', `HEAD:${BRANCH}`);
  const taken = await update(first);
  expect(taken).toMatchObject({ ok: true, headSha: theirs, changes: { headSha: theirs, previousHeadSha: first } });
  expect(git(mirror(), 'rev-parse', BRANCH)).toBe(theirs);

  const base = commitFiles(join(root, 'project'), { 'b.txt': 'two\n' }, 'Two');
  git(join(root, 'project'), 'push', '--quiet', '../project.git', 'HEAD');
  const merged = await update(theirs);
  if (!merged.ok) throw new Error(merged.detail);
  expect(git(mirror(), 'rev-list', '--parents', '-1', merged.headSha)).toBe(`${merged.headSha} ${theirs} ${base}`);
  expect([await push(merged.headSha), there()]).toEqual([{ ok: true }, merged.headSha]);
});

it('what somebody rewrote there is not taken for ours', async () => {
  const first = await work('first');
  await push(first);
  git(root, 'clone', '--quiet', 'project.git', 'colleague');
  commitFiles(join(root, 'colleague'), { 'c.txt': 'theirs\n' }, 'Theirs');
  git(join(root, 'colleague'), 'push', '--quiet', '--force', 'origin', `HEAD:${BRANCH}`);
  expect(await update(first)).toEqual({ ok: true, headSha: first, changes: null });
  expect(await push(first)).toMatchObject({ ok: false, code: 'BRANCH_TAKEN' });
});

it('what was killed right after it pushed does not stand in the way of what comes next', async () => {
  const [zeroth, first, second] = [await work('zeroth'), await work('first'), await work('second')];
  await push(zeroth);
  await push(first);
  // It was pushed, and that it was could not be written down any more.
  git(mirror(), 'update-ref', `refs/codex/pushed/${BRANCH}`, zeroth);
  expect([await push(second), there()]).toEqual([{ ok: true }, second]);
});

it('what was killed right before it pushed does not either, twice in a row', async () => {
  const [first, second, third] = [await work('first'), await work('second'), await work('third')];
  await push(first);
  for (const announced of [second, third]) git(mirror(), 'update-ref', `refs/codex/pushing/${BRANCH}`, announced);
  expect([await push(third), there()]).toEqual([{ ok: true }, third]);
});
