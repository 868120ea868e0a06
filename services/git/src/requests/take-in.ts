import type { TakeInAnswer, TakeInRequest } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { changeSet } from '../diffs/change-set.ts';
import type { Directories } from '../directories.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { takeInBundle } from '../mirrors/take-in-bundle.ts';

interface Parts {
  readonly mirrors: Pick<Mirrors, 'gitDir'>;
  readonly blobs: BlobStore;
  readonly directories: Directories;
  readonly bundleMaxBytes: number;
}

/** An agent's work becomes its branch in the mirror, and the difference a reviewer looks at is stored. */
export async function takeIn(parts: Parts, request: TakeInRequest): Promise<TakeInAnswer> {
  const { repositoryId, branch, bundleBlobId, onto, since } = request;
  const { blobs, directories, bundleMaxBytes: maxBytes } = parts;
  const gitDir = parts.mirrors.gitDir(repositoryId);
  const headSha = await takeInBundle({
    mirror: gitDir,
    blobs,
    blobId: bundleBlobId,
    branch,
    headSha: request.headSha,
    maxBytes,
    temporary: directories.temporary,
    ...(onto === null ? {} : { onto }),
  });
  if (since === null) return { headSha, changes: null, notices: [] };
  const baseSha = since.baseSha ?? headSha;
  const found = await changeSet(blobs, { gitDir, branch, baseSha, headSha, previousHeadSha: since.previousHeadSha });
  return { headSha, changes: found?.changes ?? null, notices: [...(found?.notices ?? [])] };
}
