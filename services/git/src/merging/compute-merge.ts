import type { MergeStrategy } from '@claude-codex/contracts';
import { pathsFromBytes } from '@claude-codex/contracts/git-path';
import { objectId } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';
import { treeOf } from '../mirrors/commits.ts';
import { identityVariables, type Signature, withCoAuthor } from './identities.ts';

export interface MergeRequest {
  readonly gitDir: string;
  readonly strategy: MergeStrategy;
  readonly baseSha: string;
  readonly headSha: string;
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly baseBranch: string;
  readonly author: Signature;
  /** Who did the work. */
  readonly agent: { readonly name: string; readonly email: string };
}

export type MergeOutcome = { readonly sha: string } | { readonly conflicts: string[] };

/** Brings a branch together with its base without a working tree, so that no file of the repository is ever checked out. */
export async function computeMerge(request: MergeRequest): Promise<MergeOutcome> {
  const { strategy, baseSha, headSha } = request;
  if (strategy === 'rebase') return rebase(request);
  const merged = await mergeTrees(request.gitDir, baseSha, headSha);
  if ('conflicts' in merged) return merged;
  const parents = strategy === 'merge' ? [baseSha, headSha] : [baseSha];
  return { sha: await commit(request, merged.tree, parents, messageOf(request), request.author) };
}

function messageOf({ strategy, title, body, branch, baseBranch, agent }: MergeRequest): string {
  const subject = strategy === 'merge' ? `Merge ${branch} into ${baseBranch}\n\n${title}` : title;
  return withCoAuthor(body.trim() === '' ? subject : `${subject}\n\n${body.trim()}`, agent);
}

/** Replays the branch's commits one by one on the base; merges of the base into the branch dissolve. */
async function rebase(request: MergeRequest): Promise<MergeOutcome> {
  const { gitDir, baseSha, headSha, author } = request;
  const range = ['--end-of-options', objectId(headSha), `^${objectId(baseSha)}`, '--'];
  const text = await gitText(['rev-list', '--reverse', '--topo-order', '--no-merges', ...range], { gitDir });
  let tip = baseSha;
  for (const original of text === '' ? [] : text.split('\n')) {
    const source = await readCommit(gitDir, original);
    if (source.parent === tip) {
      tip = original;
      continue;
    }
    const picked = await pick(gitDir, tip, original, source.parent);
    if ('conflicts' in picked) return picked;
    // What the base already has would become an empty commit.
    if (picked.tree === (await treeOf(gitDir, tip))) continue;
    tip = await commit(request, picked.tree, [tip], withCoAuthor(source.message, author), source.author);
  }
  return { sha: tip };
}

interface SourceCommit {
  parent: string | null;
  author: Signature;
  message: string;
}

async function readCommit(gitDir: string, sha: string): Promise<SourceCommit> {
  const format = '--format=%P%x00%an%x00%ae%x00%aI%x00%B';
  const { stdout } = await runGit(['log', '-1', format, '--end-of-options', objectId(sha), '--'], { gitDir });
  const [parents = '', name = '', email = '', at = '', message = ''] = stdout.toString('utf8').split('\0');
  return { parent: parents.split(' ')[0] || null, author: { name, email, at }, message };
}

/**
 * The change of `original` on top of `tip`. `merge-tree` takes the merge base from history (naming one needs git 2.40),
 * so the three trees get a small history of their own.
 */
async function pick(
  gitDir: string,
  tip: string,
  original: string,
  parent: string | null,
): Promise<{ tree: string } | { conflicts: string[] }> {
  const identity = identityVariables({ name: 'x', email: 'x', at: '2000-01-01T00:00:00Z' }, '2000-01-01T00:00:00Z');
  const wrap = async (tree: string, parents: string[]) =>
    objectId(
      await gitText(['commit-tree', ...parents.flatMap((sha) => ['-p', sha]), '-m', 'x', tree], { gitDir, identity }),
    );
  const emptyTree = async () => objectId(await gitText(['mktree'], { gitDir, input: '' }));
  const base = await wrap(parent === null ? await emptyTree() : await treeOf(gitDir, parent), []);
  const ours = await wrap(await treeOf(gitDir, tip), [base]);
  const theirs = await wrap(await treeOf(gitDir, original), [base]);
  return mergeTrees(gitDir, ours, theirs);
}

async function mergeTrees(
  gitDir: string,
  ours: string,
  theirs: string,
): Promise<{ tree: string } | { conflicts: string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', '--allow-unrelated-histories'];
  const { exitCode, stdout } = await runGit([...args, objectId(ours), objectId(theirs)], {
    gitDir,
    accept: [0, 1],
    timeoutMs: 120_000,
  });
  const [tree = '', ...names] = pathsFromBytes(stdout);
  if (exitCode === 0) return { tree: objectId(tree.trim()) };
  return { conflicts: [...new Set(names.filter((name) => name !== ''))] };
}

async function commit(
  { gitDir, author: merger }: MergeRequest,
  tree: string,
  parents: readonly string[],
  message: string,
  author: Signature,
): Promise<string> {
  const args = ['commit-tree', ...parents.flatMap((sha) => ['-p', objectId(sha)]), '-F', '-', objectId(tree)];
  return objectId(await gitText(args, { gitDir, input: message, identity: identityVariables(author, merger.at) }));
}
