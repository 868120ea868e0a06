import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, JournalEntry, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { EgressClient } from '../egress-client.ts';
import { commitSnapshot, commitWork } from './commit.ts';
import { nestedRepositories } from './findings.ts';
import { createGit, type Git } from './git.ts';
import { largeFilesIn, leftOut, refuseLargeCommits } from './large-files.ts';
import { withoutLocks } from './locks.ts';
import { brokenRepository, repositoryProblem } from './own-repository.ts';
import { withRebuiltRepository } from './rebuild.ts';
import { findSecrets, SECRET_LOG } from './secret-places.ts';
import { unreadableFinding } from './unreadable.ts';

type Work = Pick<
  Extract<JournalEntry, { type: 'collected' }>,
  'headSha' | 'commits' | 'bundleBlobId' | 'findings' | 'secrets' | 'withoutHistory'
>;

/** What a `collect` says about the work: see `CollectCommand`. */
interface Wanted {
  readonly told: readonly string[];
  readonly accepted?: string | undefined;
}

export interface WorkContext {
  readonly start: WorkerStart;
  readonly egress: Pick<EgressClient, 'putFile'>;
  readonly environment: Readonly<Record<string, string>>;
  /** Values people gave, by name. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

/** The work as a bundle: the branch, or the files alone when the agent no longer has the repository it was given. */
export async function collectWork(context: WorkContext, wanted: Wanted): Promise<Work> {
  const { start, environment } = context;
  const { checkout } = start.paths;
  const problem = await repositoryProblem(checkout, start.baseSha, environment);
  if (problem !== null) return filesAlone(context, wanted, problem);
  try {
    return await branchOf(context, wanted);
  } catch (error) {
    const broken = brokenRepository(error);
    if (broken === null) throw error;
    return filesAlone(context, wanted, broken);
  }
}

/** The work as it is now, for an agent that goes on meanwhile. Throws when its repository is not the one it was given. */
export async function collectSnapshot(context: WorkContext): Promise<Work> {
  const { start, environment: env } = context;
  const { baseSha, branch } = start;
  const { checkout } = start.paths;
  const problem = await repositoryProblem(checkout, baseSha, env);
  if (problem !== null) throw new Error(problem);
  const { sha, commits } = await commitSnapshot({ checkout, env, branch, baseSha, message: words(start) });
  const git = createGit({ workTree: checkout }, env);
  const taken = commits === 0 ? NOTHING : await handOver(context, git, { sha, baseSha });
  return { headSha: sha, commits, findings: [], ...taken };
}

async function branchOf(context: WorkContext, wanted: Wanted): Promise<Work> {
  const { start, environment: env } = context;
  const { baseSha, branch } = start;
  const { told } = wanted;
  const { checkout } = start.paths;
  const { sha, commits, findings } = await commitWork({ checkout, env, branch, baseSha, message: words(start), told });
  const git = createGit({ workTree: checkout }, env);
  const handedOver =
    commits === 0
      ? NOTHING
      : await withoutLocks(join(checkout, '.git'), () => handOver(context, git, { sha, baseSha, ...wanted }));
  return { headSha: sha, commits, findings, ...handedOver };
}

function words({ instanceName }: WorkerStart): string {
  return `Work in progress of ${instanceName}`;
}

async function filesAlone(context: WorkContext, wanted: Wanted, problem: string): Promise<Work> {
  const { start, environment: env } = context;
  const { checkout, home } = start.paths;
  const request = { checkout, home, env, branch: start.branch, message: words(start) };
  const lost: Finding = {
    code: 'REPOSITORY_LOST',
    what: `${problem} Its files were taken as they are, without its commits.`,
    remedy:
      'Do not make a new repository. See that the files are as you want them to be handed over; from now on they alone count.',
  };
  return withRebuiltRepository(request, async (git, sha, unreadable) => {
    const large = await largeFilesIn(git, checkout);
    await refuseLargeCommits(git, null, sha);
    const nested = await nestedRepositories(checkout, await git.names('ls-files', '-z'));
    const closed = unreadable.length === 0 ? null : unreadableFinding(unreadable);
    return {
      headSha: sha,
      commits: 1,
      findings: [lost, closed, nested, large.length === 0 ? null : leftOut(large)].filter(
        (finding) => finding !== null,
      ),
      withoutHistory: true,
      ...(await handOver(context, git, { sha, baseSha: null, ...wanted })),
    };
  });
}

const NOTHING = { bundleBlobId: null, secrets: [] };
/** The ref a bundle is made from: the agent's branch may move meanwhile. */
const BUNDLE_REF = 'refs/codex/hand-over';

async function handOver(
  { egress, secrets }: WorkContext,
  git: Git,
  { sha, baseSha, accepted }: Pick<Wanted, 'accepted'> & { sha: string; baseSha: string | null },
): Promise<Pick<Work, 'bundleBlobId' | 'secrets'>> {
  const range = baseSha === null ? [] : [`^${baseSha}`];
  const found = findSecrets(secrets());
  await git.stream(found.add, ...SECRET_LOG, sha, ...range, '--');
  const places = found.places();
  // What left its place once would stay in the blob store and the mirror: the agent takes them out, or a person decides.
  if (places.length > 0 && accepted !== sha) return { bundleBlobId: null, secrets: places };
  const folder = await mkdtemp(join(tmpdir(), 'codex-bundle-'));
  try {
    const file = join(folder, 'work.bundle');
    await git('update-ref', BUNDLE_REF, sha);
    await git('bundle', 'create', '--quiet', file, BUNDLE_REF, ...range);
    return { bundleBlobId: await egress.putFile(file), secrets: places };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
