import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiffIndex, type ProbeRepositoryAnswer } from '@claude-codex/contracts';
import { createDirectories as createGitDirectories } from '@claude-codex/git/directories';
import { type MergeResult, mergePullRequest } from '@claude-codex/git/forges/local/merge-pull-request';
import { personSignature } from '@claude-codex/git/merging/identities';
import { commitFiles, git } from '@claude-codex/git/mirrors/git-fixture';
import { probeRepository } from '@claude-codex/git/repositories/probe';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import { newId } from '@claude-codex/service-kit/ids';
import { hostPlacesIn } from '../runtimes/host-places.fixture.ts';
import { instanceDirectories } from '../runtimes/instance-directories.ts';
import { createDirectories } from './directories.ts';
import { gitHere } from './git-here.fixture.ts';
import { prepareCheckout } from './prepare-checkout.ts';

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
  const house = await gitHere(root, directories);
  const { mirrors, blobs } = house;
  const source = { kind: 'path' as const, path };
  const probe = await probeRepository(source, house.sources, createGitDirectories(directories.root));
  if (!probe.ok) throw Object.assign(new Error(probe.detail), { code: probe.code });

  const repositoryId = newId();
  const { defaultBranch } = await mirrors.refresh(repositoryId, source);
  const base = baseBranch ?? defaultBranch;
  const branch = 'codex/1-a1';
  const instanceId = newId();
  const instance = instanceDirectories(directories, instanceId);
  const request = {
    repositoryId,
    branch,
    baseBranch: base,
    epochs: { now: 2, since: 0 },
    places: hostPlacesIn(directories).instance(instanceId),
  };
  const { baseSha } = await prepareCheckout(house, request);

  const headSha = commitFiles(instance.checkout, { [WORK]: 'work\n' }, 'Work');
  const file = join(root, `${newId()}.bundle`);
  git(instance.checkout, 'bundle', 'create', '--quiet', file, 'HEAD', `^${baseSha}`);
  const { blobId } = await blobs.put(readFileSync(file), { maxBytes: 1e9 });
  const since = { baseSha, previousHeadSha: null };
  const taken = await house.git.takeIn({ repositoryId, branch, bundleBlobId: blobId, headSha, onto: null, since });
  const diff = await openDiff(blobs, taken.changes?.diffBlobId ?? '');
  const { files } = DiffIndex.parse(await diff.index({ after: 0, limit: 10_000 }));

  const merged = await mergePullRequest(mirrors, house.sources, {
    pullRequestId: newId(),
    ...{ repositoryId, branch, baseBranch: base, headSha, title: 'Work', body: '' },
    source,
    strategy: 'merge',
    author: personSignature('ada', '2026-03-01T12:00:00Z'),
  });
  return { probe, checkout: instance.checkout, changed: files.map(({ path: name }) => name), merged };
}
