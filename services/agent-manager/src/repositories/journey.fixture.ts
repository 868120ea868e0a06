import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiffIndex, type ProbeRepositoryAnswer } from '@claude-codex/contracts';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import { newId } from '@claude-codex/service-kit/ids';
import { createDirectories } from '../checkouts/directories.ts';
import { commitFiles, git, localSources } from '../checkouts/git-fixture.ts';
import { createMirrors } from '../checkouts/mirrors.ts';
import { prepareCheckout } from '../checkouts/prepare-checkout.ts';
import { MODES } from '../checkouts/private-directories.ts';
import { takeInBundle } from '../checkouts/take-in-bundle.ts';
import { computeDiff } from '../diffs/compute-diff.ts';
import { personSignature } from '../merge/identities.ts';
import { type MergeResult, mergePullRequest } from '../merge/merge-pull-request.ts';
import { probeRepository } from './probe.ts';

export interface Journey {
  probe: ProbeRepositoryAnswer;
  /** The agent's checkout. */
  checkout: string;
  /** Paths that the diff shows. */
  changed: string[];
  merged: MergeResult;
}

export const WORK = 'codex-was-here.txt';

/** A repository from being connected to being merged into, each step as the manager takes it. Throws where it is refused. */
export async function journey(root: string, path: string, baseBranch?: string): Promise<Journey> {
  const directories = createDirectories(join(root, 'data'));
  const settings = localSources(directories);
  const source = { kind: 'path' as const, path };
  const probe = await probeRepository(source, settings, directories);
  if (!probe.ok) throw Object.assign(new Error(probe.detail), { code: probe.code });

  const mirrors = createMirrors(directories, settings);
  const repositoryId = newId();
  const { defaultBranch } = await mirrors.refresh(repositoryId, source);
  const base = baseBranch ?? defaultBranch;
  const branch = 'codex/1-a1';
  const instance = directories.instance(newId());
  const request = {
    repositoryId,
    branch,
    baseBranch: base,
    directories: instance,
    owner: null,
    directoryMode: MODES.own,
  };
  const { baseSha } = await prepareCheckout(mirrors, request);

  const headSha = commitFiles(instance.checkout, { [WORK]: 'work\n' }, 'Work');
  const file = join(root, `${newId()}.bundle`);
  git(instance.checkout, 'bundle', 'create', '--quiet', file, 'HEAD', `^${baseSha}`);
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const { blobId } = await blobs.put(readFileSync(file), { maxBytes: 1e9 });
  const mirror = mirrors.gitDir(repositoryId);
  const { temporary } = directories;
  await takeInBundle({ mirror, blobs, blobId, headSha, branch, maxBytes: 1e8, temporary });
  const stored = await computeDiff(mirror, { baseSha, headSha }, blobs);
  const diff = await openDiff(blobs, stored.blobId);
  const { files } = DiffIndex.parse(await diff.index({ after: 0, limit: 10_000 }));

  const merged = await mergePullRequest(mirrors, settings, {
    pullRequestId: newId(),
    pullRequest: { repositoryId, branch, baseBranch: base, headSha, title: 'Work', body: '' },
    source,
    strategy: 'merge',
    author: personSignature('ada', '2026-03-01T12:00:00Z'),
  });
  return { probe, checkout: instance.checkout, changed: files.map(({ path: name }) => name), merged };
}
