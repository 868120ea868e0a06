import { join } from 'node:path';
import { branchName, branchRef, objectId, sourceRef } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import type { GitService } from '../git-service/git-service.ts';
import type { InstancePlaces } from '../runtimes/places.ts';
import type { CheckoutRecord } from './checkout-record.ts';
import type { HostObjects } from './host-objects.ts';

export interface CheckoutRequest {
  readonly repositoryId: string;
  readonly branch: string;
  readonly baseBranch: string;
  /** `since`: the epoch its instance came to this host with. What lies here from before went on elsewhere. */
  readonly epochs: { readonly now: number; readonly since: number };
  readonly places: Omit<InstancePlaces, 'isHomeEmpty' | 'seedHome' | 'removeHome'>;
}

/** Where the commits of a checkout come from. */
export interface CheckoutSource {
  readonly git: Pick<GitService, 'startPoint'>;
  readonly objects: Pick<HostObjects, 'withCommits'>;
}

/**
 * Gives an instance its checkout: a repository of its own with every object copied, on its own branch, without a
 * remote. An existing checkout is left as it is, with whatever the agent had not committed yet. Work that reached the
 * git service before (the instance's own branch) is where a new checkout starts.
 */
export async function prepareCheckout(source: CheckoutSource, request: CheckoutRequest): Promise<CheckoutRecord> {
  const { places, epochs } = request;
  const found = await places.checkoutRecord();
  const isStale = found !== null && found.epoch < epochs.since;
  if (isStale) await places.removeAll();
  const known = isStale ? null : found;
  const whole = await places.prepare();
  if (known !== null && whole) return known;

  const { repositoryId } = request;
  // At its very start the source is looked at first.
  const refresh = epochs.now === 1;
  const { branch, baseBranch } = known ?? newBranches(request);
  const baseSha = known?.baseSha ?? null;
  const from = await source.git.startPoint({ repositoryId, branch, baseBranch, baseSha, refresh });
  const record = { branch, baseBranch, baseSha: from.baseSha, epoch: epochs.now };
  const gitDir = await source.objects.withCommits(repositoryId, [from.baseSha, from.headSha]);
  await places.putCheckout(record, (directory) =>
    checkOutCommit(gitDir, directory, { branch, sha: from.headSha, base: record }),
  );
  return record;
}

function newBranches(request: CheckoutRequest): Pick<CheckoutRecord, 'branch' | 'baseBranch'> {
  return { branch: branchName(request.branch), baseBranch: branchName(request.baseBranch) };
}

/**
 * Makes an empty directory a repository of its own with a commit checked out, and a base branch to look at where one is
 * given. Git runs here for the last time before the directory becomes an agent's.
 */
export async function checkOutCommit(
  objects: string,
  directory: string,
  { branch, sha, base }: { branch: string; sha: string; base?: Pick<CheckoutRecord, 'baseBranch' | 'baseSha'> },
): Promise<void> {
  const gitDir = join(directory, '.git');
  const format = `--object-format=${sha.length === 64 ? 'sha256' : 'sha1'}`;
  await runGit(['init', '--quiet', '--template=', format, '--initial-branch=codex-start', directory], { gitDir });
  const local = { gitDir, protocols: ['file' as const], timeoutMs: 10 * 60_000 };
  // Objects are copied, not linked or borrowed: an agent can damage nothing but its own copy.
  const wanted = [`+${objectId(sha)}:${branchRef(branch)}`];
  // Work that goes on may have to be brought together with the base as it is now: the agent finds it as `source/main`.
  if (base !== undefined) wanted.push(`+${objectId(base.baseSha)}:${sourceRef(base.baseBranch)}`);
  const allow = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack';
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow', allow];
  await runGit([...fetch, '--end-of-options', objects, ...wanted], local);
  await runGit(['symbolic-ref', 'HEAD', branchRef(branch)], { gitDir });
  await runGit(['reset', '--quiet', '--hard'], { gitDir, workTree: directory, timeoutMs: 10 * 60_000 });
  // Without names git refuses to commit; the agent is the author of what it commits.
  await runGit(['config', 'user.name', 'Claude Codex agent'], { gitDir });
  await runGit(['config', 'user.email', 'agent@claude-codex.invalid'], { gitDir });
}
