import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { branchName, branchRef, objectId, sourceRef } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { newId } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import type { GitService } from '../git-service/git-service.ts';
import type { InstanceDirectories } from './directories.ts';
import { exists } from './exists.ts';
import { giveTo } from './give-to.ts';
import type { HostObjects } from './host-objects.ts';
import { type DirectoryMode, MODES } from './private-directories.ts';

const CheckoutRecord = z.object({
  branch: z.string(),
  baseBranch: z.string(),
  baseSha: z.string(),
  /** The one it was made for; earlier releases did not say. */
  epoch: z.number().int().positive().default(1),
});
export type CheckoutRecord = z.infer<typeof CheckoutRecord>;

export interface CheckoutRequest {
  readonly repositoryId: string;
  readonly branch: string;
  readonly baseBranch: string;
  /** `since`: the epoch its instance came to this host with. What lies here from before went on elsewhere. */
  readonly epochs: { readonly now: number; readonly since: number };
  readonly directories: InstanceDirectories;
  /** Whom the files will belong to; null leaves them the manager's own. */
  readonly owner: { uid: number; gid: number } | null;
  /** See `Runtime.directoryMode`. */
  readonly directoryMode: DirectoryMode;
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
  const { directories, owner, directoryMode, epochs } = request;
  const found = await checkoutRecord(directories);
  const isStale = found !== null && found.epoch < epochs.since;
  if (isStale) await rm(directories.root, { recursive: true, force: true });
  const known = isStale ? null : found;
  const whole = await exists(directories.checkout);
  // In two steps, and by chmod: a mode given to a recursive mkdir holds for every directory it makes, less the umask.
  await mkdir(directories.root, { recursive: true });
  await chmod(directories.root, directoryMode);
  await mkdir(directories.home, { recursive: true, mode: MODES.own });
  if (owner !== null) await chown(directories.home, owner.uid, owner.gid);
  if (known !== null && whole) return known;

  const { repositoryId } = request;
  // At its very start the source is looked at first.
  const refresh = epochs.now === 1;
  const { branch, baseBranch } = known ?? newBranches(request);
  const baseSha = known?.baseSha ?? null;
  const from = await source.git.startPoint({ repositoryId, branch, baseBranch, baseSha, refresh });
  const record = { branch, baseBranch, baseSha: from.baseSha, epoch: epochs.now };
  const gitDir = await source.objects.withCommits(repositoryId, [from.baseSha, from.headSha]);
  await writeRecord(directories, record);
  const making = `${directories.checkout}.${newId()}`;
  try {
    await checkOutCommit(gitDir, making, { branch, sha: from.headSha, base: record });
    if (owner !== null) await giveTo(making, owner);
    await rename(making, directories.checkout);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return record;
}

function newBranches(request: CheckoutRequest): Pick<CheckoutRecord, 'branch' | 'baseBranch'> {
  return { branch: branchName(request.branch), baseBranch: branchName(request.baseBranch) };
}

/**
 * A commit as a repository of its own, with a base branch to look at where one is given. Git runs here for the last time
 * before the directory becomes an agent's.
 */
export async function checkOutCommit(
  objects: string,
  directory: string,
  { branch, sha, base }: { branch: string; sha: string; base?: Pick<CheckoutRecord, 'baseBranch' | 'baseSha'> },
): Promise<void> {
  const gitDir = join(directory, '.git');
  await mkdir(directory, { recursive: true, mode: MODES.own });
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

/** What was noted when the checkout was made; null before that. */
export async function checkoutRecord(directories: InstanceDirectories): Promise<CheckoutRecord | null> {
  if (!(await exists(directories.record))) return null;
  return CheckoutRecord.parse(JSON.parse(await readFile(directories.record, 'utf8')));
}

async function writeRecord(directories: InstanceDirectories, record: CheckoutRecord): Promise<void> {
  const making = `${directories.record}.${newId()}`;
  await writeFile(making, JSON.stringify(record));
  await rename(making, directories.record);
}
