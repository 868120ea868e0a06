import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MAX_HELD } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { objectId } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';
import { newId } from '@claude-codex/service-kit/ids';
import type { GitService } from '../git-service/git-service.ts';
import type { Directories } from './directories.ts';
import { exists } from './exists.ts';

export interface HostObjects {
  /** A git directory on this host that holds the commits with all they consist of; only to be read. */
  withCommits(repositoryId: string, shas: readonly string[]): Promise<string>;
  /** The repository is connected no longer. */
  remove(repositoryId: string): Promise<void>;
}

const TIMEOUT_MS = 30 * 60_000;
/** Every hand-over and every move of a base brings a pack, and git looks through all of them. */
const MAX_PACKS = 40;

/**
 * What this host knows of each repository: objects the git service gave out, so that the next checkout asks only for what
 * is new. A cache, and nothing else: no work lies only here, and it may be removed at any time. No agent can write here.
 */
export function createHostObjects(
  directories: Pick<Directories, 'objects' | 'temporary'>,
  git: Pick<GitService, 'pack'>,
  blobs: Pick<BlobStore, 'get'>,
): HostObjects {
  /** One after the other for each repository: the second finds what the first one brought. */
  const turns = new Map<string, Promise<unknown>>();

  async function withCommits(repositoryId: string, shas: readonly string[]): Promise<string> {
    const before = turns.get(repositoryId) ?? Promise.resolve();
    const run = before.then(
      () => hold(repositoryId, shas.map(objectId)),
      () => hold(repositoryId, shas.map(objectId)),
    );
    turns.set(repositoryId, run);
    try {
      return await run;
    } finally {
      if (turns.get(repositoryId) === run) turns.delete(repositoryId);
    }
  }

  async function hold(repositoryId: string, wanted: readonly string[]): Promise<string> {
    const gitDir = directories.objects(repositoryId);
    const heldShas = (await exists(join(gitDir, 'HEAD'))) ? await heldCommits(gitDir) : [];
    const known = new Set(heldShas);
    const want = [...new Set(wanted)].filter((sha) => !known.has(sha));
    if (want.length === 0) return gitDir;
    const { blobId, shallow } = await git.pack({ repositoryId, want, have: heldShas.slice(0, MAX_HELD) });
    await bare(gitDir, want[0]?.length === 64 ? 'sha256' : 'sha1');
    await noteShallow(gitDir, shallow);
    if (blobId !== null) await index(gitDir, blobId);
    for (const sha of want) await markHeld(gitDir, sha);
    await tidy(gitDir, heldShas);
    return gitDir;
  }

  async function bare(gitDir: string, objectFormat: 'sha1' | 'sha256'): Promise<void> {
    if (await exists(join(gitDir, 'HEAD'))) return;
    const making = `${gitDir}.${newId()}`;
    await mkdir(dirname(gitDir), { recursive: true, mode: 0o700 });
    const init = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main'];
    await runGit([...init, `--object-format=${objectFormat}`, making], { gitDir: making });
    // Another manager on this host may have been faster; its directory is as good.
    await rename(making, gitDir).catch(() => rm(making, { recursive: true, force: true }));
  }

  async function index(gitDir: string, blobId: string): Promise<void> {
    const path = join(directories.temporary, `${newId()}.pack`);
    await mkdir(directories.temporary, { recursive: true, mode: 0o700 });
    try {
      await pipeline(await blobs.get(blobId), createWriteStream(path, { mode: 0o600 }));
      const input = createReadStream(path);
      await runGit(['index-pack', '--stdin', '--fix-thin'], { gitDir, input, timeoutMs: TIMEOUT_MS });
    } finally {
      await rm(path, { force: true });
    }
  }

  return { withCommits, remove: (id) => rm(directories.objects(id), { recursive: true, force: true }) };
}

const heldRef = (sha: string) => `refs/held/${objectId(sha)}`;

/** Newest first. Each has a ref, set once everything it consists of is there. */
async function heldCommits(gitDir: string): Promise<string[]> {
  const list = ['for-each-ref', '--sort=-committerdate', '--format=%(objectname)', '--', 'refs/held/'];
  const text = await gitText(list, { gitDir });
  return text === '' ? [] : text.split('\n').map(objectId);
}

async function markHeld(gitDir: string, sha: string): Promise<void> {
  try {
    await runGit(['update-ref', '--end-of-options', heldRef(sha), sha], { gitDir });
  } catch (error) {
    // Another manager on this host sets the same one at this moment.
    if (!(error instanceof GitError) || !error.stderr.includes('cannot lock ref')) throw error;
  }
}

/** A clone cut short has commits whose parents nobody has; git is told where, or it would call the rest damaged. */
async function noteShallow(gitDir: string, shallow: readonly string[]): Promise<void> {
  const path = join(gitDir, 'shallow');
  const before = (await exists(path)) ? (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '') : [];
  const now = shallow.map(objectId).sort();
  if (now.join() === before.sort().join()) return;
  const making = `${path}.${newId()}`;
  await writeFile(making, now.map((sha) => `${sha}\n`).join(''));
  await rename(making, path);
}

/** Old commits are let go, and many packs become one. */
async function tidy(gitDir: string, heldShas: readonly string[]): Promise<void> {
  for (const sha of heldShas.slice(MAX_HELD)) {
    await runGit(['update-ref', '-d', '--end-of-options', heldRef(sha)], { gitDir });
  }
  const counted = await gitText(['count-objects', '-v'], { gitDir });
  const packs = Number(/^packs: (\d+)$/m.exec(counted)?.[1] ?? 0);
  if (packs > MAX_PACKS) await runGit(['repack', '-a', '-d', '--quiet'], { gitDir, timeoutMs: TIMEOUT_MS });
}
