import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, findingText } from '@claude-codex/contracts/worker/protocol';
import { type ByteName, byteName, joined } from './byte-names.ts';
import { findingsIn, ignoredOutput } from './findings.ts';
import { createGit, type Git, type GitPlace, succeeds } from './git.ts';
import { largeFilesIn, leftOut, refuseLargeCommits } from './large-files.ts';
import { withoutLocks } from './locks.ts';
import { openNested } from './nested.ts';
import { seeEverything } from './see-everything.ts';
import { unfinishedWork } from './unfinished.ts';
import { refuseUnread, Unreadable, unreadableFinding } from './unreadable.ts';

export interface CommitRequest {
  readonly checkout: string;
  readonly env: Readonly<Record<string, string>>;
  readonly branch: string;
  readonly baseSha: string;
  readonly message: string;
  /** What the agent was told before: if it hands over all the same, its files are taken as they are. */
  readonly told: readonly string[];
}

export interface Head {
  readonly sha: string;
  readonly commits: number;
  readonly findings: Finding[];
}

/** Commits what is uncommitted (never what is ignored) and makes sure that the branch holds the work. */
export function commitWork(request: CommitRequest): Promise<Head> {
  return withoutLocks(join(request.checkout, '.git'), () => commitOnce(request));
}

async function commitOnce(request: CommitRequest): Promise<Head> {
  const { checkout, env, branch, baseSha, told } = request;
  const git = createGit({ workTree: checkout }, env);
  const ref = `refs/heads/${branch}`;
  const large = await largeFilesIn(git, checkout);
  const unfinished = await unfinishedWork(git, join(checkout, '.git'));
  const findings: Finding[] = [];
  if (unfinished !== null) findings.push({ code: 'UNFINISHED_WORK', ...unfinished });
  // To commit it would finish it, with whatever is in the files, and take from the agent the way back.
  const unreadable = unfinished === null ? await commitHere(git, request) : [];
  if (unreadable.length > 0) findings.push(unreadableFinding(unreadable));
  const away = unfinished === null ? await bringBranch(git, ref, baseSha) : null;
  if (away !== null) findings.push(away);
  if (findings.some((finding) => told.includes(findingText(finding)))) await commitFiles(git, ref, request, unreadable);
  const sha = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => baseSha);
  const commits = Number(await git('rev-list', '--count', `${baseSha}..${sha}`));
  await refuseLargeCommits(git, baseSha, sha);
  if (large.length > 0) findings.push(leftOut(large));
  findings.push(...(await findingsIn(git, { checkout, baseSha, sha })));
  const ignored = commits === 0 ? await ignoredOutput(git) : null;
  if (ignored !== null) findings.push(ignored);
  return { sha, commits, findings };
}

/** Gives what cannot be read; nothing is committed then, because that would look removed. */
async function commitHere(git: Git, request: CommitRequest): Promise<readonly ByteName[]> {
  const { checkout, env, baseSha, message } = request;
  try {
    await addEverything(git, { workTree: checkout }, baseSha, env);
  } catch (error) {
    if (error instanceof Unreadable) return error.names;
    throw error;
  }
  const staged = await git('diff', '--cached', '--name-only', '-z');
  if (staged !== '') await git('commit', '--quiet', '--no-verify', '-m', message);
  return [];
}

/**
 * Stages all of the work tree but what is too large, with the files of repositories inside it. What is left out stays as the
 * index has it. Throws `Unreadable`.
 */
export async function addEverything(
  git: Git,
  place: GitPlace,
  baseSha: string | null,
  env: Readonly<Record<string, string>>,
  leaveOut: readonly ByteName[] = [],
): Promise<void> {
  await seeEverything(git, place);
  const large = await largeFilesIn(git, place.workTree);
  const empty = await openNested(git, place, baseSha, env);
  const excluded = [...empty, ...large.map(({ path }) => path), ...leaveOut].map((path) =>
    joined(':(exclude,literal)', path.replace(/\/$/, '')),
  );
  const add = ['add', '--all', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'];
  try {
    const { said } = await git.tell([byteName('.'), ...excluded], ...add);
    await refuseUnread(said, place.workTree, leaveOut);
  } catch (error) {
    if (error instanceof Error && !(error instanceof Unreadable))
      await refuseUnread(error.message, place.workTree, leaveOut);
    throw error;
  }
}

/** An agent may have left the branch. Commits ahead of it are brought back onto it; anything else is told, not guessed. */
async function bringBranch(git: Git, ref: string, baseSha: string): Promise<Finding | null> {
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch(() => null);
  const tip = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => null);
  if (head === null || tip === head) return null;
  if (await succeeds(git('merge-base', '--is-ancestor', tip ?? baseSha, head))) {
    await git('update-ref', ref, head);
    return null;
  }
  return {
    code: 'BRANCH_LEFT',
    what: `The work is not on its branch: HEAD (${head.slice(0, 12)}) does not come after ${ref}.`,
    remedy: `Bring what belongs to the work onto ${ref.slice('refs/heads/'.length)} and check it out.`,
  };
}

/** The files as they are, as one commit on the branch; the agent's own index and whatever it has begun stay untouched. */
async function commitFiles(
  git: Git,
  ref: string,
  request: CommitRequest,
  unreadable: readonly ByteName[],
): Promise<void> {
  const tip = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => request.baseSha);
  const sha = await commitApart(git, tip, request, unreadable);
  if (sha !== tip) await git('update-ref', ref, sha);
}

/**
 * A commit of the files as they are after where the agent is (HEAD), which no branch points to: nothing of it is to be
 * seen in its repository. What it may not read itself is left out.
 */
export async function commitSnapshot(request: Omit<CommitRequest, 'told'>): Promise<Omit<Head, 'findings'>> {
  const { checkout, env, baseSha } = request;
  const git = createGit({ workTree: checkout }, env);
  const tip = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch(() => baseSha);
  const sha = await commitApart(git, tip, request, []).catch((error: unknown) => {
    if (!(error instanceof Unreadable)) throw error;
    return commitApart(git, tip, request, error.names);
  });
  await refuseLargeCommits(git, baseSha, sha);
  return { sha, commits: Number(await git('rev-list', '--count', `${baseSha}..${sha}`)) };
}

/** With an index of its own. Gives `tip` when the files are those of it. */
async function commitApart(
  git: Git,
  tip: string,
  { checkout, env, baseSha, message }: Omit<CommitRequest, 'told'>,
  unreadable: readonly ByteName[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-index-'));
  try {
    const place = { workTree: checkout, indexFile: join(folder, 'index') };
    const apart = createGit(place, env);
    await apart('read-tree', tip);
    await addEverything(apart, place, baseSha, env, unreadable);
    const tree = await apart('write-tree');
    if (tree === (await git('rev-parse', `${tip}^{tree}`))) return tip;
    return await git('commit-tree', tree, '-p', tip, '-m', message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
