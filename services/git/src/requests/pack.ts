import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackAnswer, PackRequest } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { objectId } from '@claude-codex/service-kit/git/names';
import { gitText, runGit, streamGit } from '@claude-codex/service-kit/git/run-git';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { SourceUnavailable } from '../sources/source-refusal.ts';
import type { GivenPacks } from './given-packs.ts';

interface Parts {
  readonly mirrors: Pick<Mirrors, 'gitDir'>;
  readonly blobs: BlobStore;
  readonly packs: GivenPacks;
}

/** More than any repository that a team's server could check out. */
const MAX_PACK_BYTES = 64 * 1024 ** 3;
const TIMEOUT_MS = 30 * 60_000;

/** Everything the wanted commits consist of and a host does not hold, as one pack in the blob store. */
export async function packFor({ mirrors, blobs, packs }: Parts, request: PackRequest): Promise<PackAnswer> {
  const { repositoryId } = request;
  const gitDir = mirrors.gitDir(repositoryId);
  const want = request.want.map(objectId);
  const [missing] = await absent(gitDir, want);
  if (missing !== undefined) {
    throw new SourceUnavailable('COMMIT_MISSING', `Our copy of the repository lacks commit ${missing}.`);
  }
  const lacking = new Set(await absent(gitDir, request.have));
  const have = request.have.filter((sha) => !lacking.has(sha)).map(objectId);
  const shallow = await shallowCommits(gitDir);
  const range = [...want, ...have.map((sha) => `^${sha}`)].map((line) => `${line}\n`).join('');
  const count = await gitText(['rev-list', '--stdin', '--objects', '--count'], {
    gitDir,
    input: range,
    timeoutMs: TIMEOUT_MS,
  });
  if (count === '0') return { blobId: null, shallow };
  const pack = ['pack-objects', '--revs', '--thin', '--delta-base-offset', '--stdout', '--quiet'];
  let blobId = '';
  await streamGit(pack, { gitDir, input: range, timeoutMs: TIMEOUT_MS }, async (output) => {
    ({ blobId } = await blobs.put(output, { maxBytes: MAX_PACK_BYTES }));
  });
  await packs.note(blobId);
  return { blobId, shallow };
}

/** Those of the commits that the mirror does not have. */
async function absent(gitDir: string, shas: readonly string[]): Promise<string[]> {
  if (shas.length === 0) return [];
  const input = shas.map((sha) => `${objectId(sha)}\n`).join('');
  const { stdout } = await runGit(['cat-file', '--batch-check=%(objectname) %(objecttype)'], { gitDir, input });
  const there = new Set(
    stdout
      .toString('latin1')
      .split('\n')
      .flatMap((line) => (line.endsWith(' commit') ? [line.split(' ')[0] ?? ''] : [])),
  );
  return shas.filter((sha) => !there.has(sha));
}

async function shallowCommits(gitDir: string): Promise<string[]> {
  try {
    const text = await readFile(join(gitDir, 'shallow'), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(objectId);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
