import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, JournalEntry, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { secretsText } from '@claude-codex/contracts/worker/secret-places';
import type { EgressClient } from '../egress-client.ts';
import { commitWork } from './commit.ts';
import { nestedRepositories } from './findings.ts';
import { createGit, type Git, names } from './git.ts';
import { largeFilesIn, leftOut, refuseLargeCommits } from './large-files.ts';
import { repositoryProblem } from './own-repository.ts';
import { withRebuiltRepository } from './rebuild.ts';
import { findSecrets, SECRET_LOG } from './secret-places.ts';

type Work = Pick<
  Extract<JournalEntry, { type: 'collected' }>,
  'headSha' | 'commits' | 'bundleBlobId' | 'findings' | 'secrets' | 'withoutHistory'
>;

export interface WorkContext {
  readonly start: WorkerStart;
  readonly egress: Pick<EgressClient, 'putFile'>;
  readonly environment: Readonly<Record<string, string>>;
  /** Values people gave, by name. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

/** The work as a bundle: the branch, or the files alone when the agent no longer has the repository it was given. */
export async function collectWork(context: WorkContext, told: readonly string[]): Promise<Work> {
  const { start, environment: env } = context;
  const { checkout, home } = start.paths;
  const { baseSha, branch } = start;
  const message = `Work in progress of ${start.instanceName}`;
  const problem = await repositoryProblem(checkout, baseSha, env);
  if (problem === null) {
    const { sha, commits, findings } = await commitWork({ checkout, env, branch, baseSha, message, told });
    const git = createGit({ workTree: checkout }, env);
    const handedOver = commits === 0 ? NOTHING : await handOver(context, git, { sha, baseSha, told });
    return { headSha: sha, commits, findings, ...handedOver };
  }
  const lost: Finding = {
    code: 'REPOSITORY_LOST',
    what: `${problem} Its files were taken as they are, without its commits.`,
    remedy:
      'Do not make a new repository. See that the files are as you want them to be handed over; from now on they alone count.',
  };
  return withRebuiltRepository({ checkout, home, env, branch, message }, async (git, sha) => {
    const large = await largeFilesIn(git, checkout);
    await refuseLargeCommits(git, null, sha);
    const nested = await nestedRepositories(checkout, names(await git('ls-files', '-z')));
    return {
      headSha: sha,
      commits: 1,
      findings: [lost, nested, large.length === 0 ? null : leftOut(large)].filter((finding) => finding !== null),
      withoutHistory: true,
      ...(await handOver(context, git, { sha, baseSha: null, told })),
    };
  });
}

const NOTHING = { bundleBlobId: null, secrets: [] };
/** The ref a bundle is made from: the agent's branch may move meanwhile. */
const BUNDLE_REF = 'refs/codex/hand-over';

async function handOver(
  { egress, secrets }: WorkContext,
  git: Git,
  { sha, baseSha, told }: { sha: string; baseSha: string | null; told: readonly string[] },
): Promise<Pick<Work, 'bundleBlobId' | 'secrets'>> {
  const range = baseSha === null ? [] : [`^${baseSha}`];
  const found = findSecrets(secrets());
  await git.stream(found.add, ...SECRET_LOG, sha, ...range, '--');
  const places = found.places();
  // The agent takes them out first; what left its place once would stay in the blob store and the mirror.
  if (places.length > 0 && !told.includes(secretsText(places))) return { bundleBlobId: null, secrets: places };
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
