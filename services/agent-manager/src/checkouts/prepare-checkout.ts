import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { z } from 'zod';
import { branchName, branchRef, objectId, sourceRef } from '../git/names.ts';
import { runGit } from '../git/run-git.ts';
import type { InstanceDirectories } from './directories.ts';
import { giveTo } from './give-to.ts';
import { exists, type Mirrors } from './mirrors.ts';
import { type DirectoryMode, MODES } from './private-directories.ts';

const CheckoutRecord = z.object({ branch: z.string(), baseBranch: z.string(), baseSha: z.string() });
export type CheckoutRecord = z.infer<typeof CheckoutRecord>;

export interface CheckoutRequest {
  readonly repositoryId: string;
  readonly branch: string;
  readonly baseBranch: string;
  readonly directories: InstanceDirectories;
  /** Whom the files will belong to; null leaves them the manager's own. */
  readonly owner: { uid: number; gid: number } | null;
  /** See `Runtime.directoryMode`. */
  readonly directoryMode: DirectoryMode;
}

/** The base branch is not in the source (any more). */
export class BaseBranchMissing extends Error {
  readonly code = 'BASE_BRANCH_MISSING';

  constructor(branch: string) {
    super(`The repository has no branch ${branch}.`);
    this.name = 'BaseBranchMissing';
  }
}

/**
 * Gives an instance its checkout: a repository of its own with every object copied, on its own branch, without a
 * remote. An existing checkout is left as it is, with whatever the agent had not committed yet. Work that reached the
 * mirror before (the instance's own branch) is where a new checkout starts.
 */
export async function prepareCheckout(mirrors: Mirrors, request: CheckoutRequest): Promise<CheckoutRecord> {
  const { directories, owner, directoryMode } = request;
  const known = await checkoutRecord(directories);
  const whole = await exists(directories.checkout);
  // In two steps, and by chmod: a mode given to a recursive mkdir holds for every directory it makes, less the umask.
  await mkdir(directories.root, { recursive: true });
  await chmod(directories.root, directoryMode);
  await mkdir(directories.home, { recursive: true, mode: MODES.own });
  if (owner !== null) await chown(directories.home, owner.uid, owner.gid);
  if (known !== null && whole) return known;

  const record = known ?? (await newRecord(mirrors, request));
  await writeRecord(directories, record);
  const making = `${directories.checkout}.${newId()}`;
  try {
    const mirror = mirrors.gitDir(request.repositoryId);
    const { branch } = record;
    const sha = (await headOf(mirror, branch)) ?? objectId(record.baseSha);
    await checkOutCommit(mirror, making, { branch, sha, base: record });
    if (owner !== null) await giveTo(making, owner);
    await rename(making, directories.checkout);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return record;
}

async function newRecord(mirrors: Mirrors, request: CheckoutRequest): Promise<CheckoutRecord> {
  const baseSha = await mirrors.sourceHead(request.repositoryId, request.baseBranch);
  if (baseSha === null) throw new BaseBranchMissing(request.baseBranch);
  return { branch: branchName(request.branch), baseBranch: branchName(request.baseBranch), baseSha };
}

/**
 * A commit as a repository of its own, with a base branch to look at where one is given. Git runs here for the last time
 * before the directory becomes an agent's.
 */
export async function checkOutCommit(
  mirror: string,
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
  await runGit([...fetch, '--end-of-options', mirror, ...wanted], local);
  await runGit(['symbolic-ref', 'HEAD', branchRef(branch)], { gitDir });
  await runGit(['reset', '--quiet', '--hard'], { gitDir, workTree: directory, timeoutMs: 10 * 60_000 });
  // Without names git refuses to commit; the agent is the author of what it commits.
  await runGit(['config', 'user.name', 'Claude Codex agent'], { gitDir });
  await runGit(['config', 'user.email', 'agent@claude-codex.invalid'], { gitDir });
}

async function headOf(mirror: string, branch: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${branchRef(branch)}^{commit}`];
  const { exitCode, stdout } = await runGit(args, { gitDir: mirror, accept: [0, 1, 128] });
  return exitCode === 0 ? objectId(stdout.toString('utf8').trim()) : null;
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
