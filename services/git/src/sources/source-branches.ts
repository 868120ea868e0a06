import { isBranchName } from '@claude-codex/contracts';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import type { SourceAccess } from './source-access.ts';
import { refusal } from './source-refusal.ts';

export interface SourceBranches {
  defaultBranch: string;
  branches: string[];
  objectFormat: 'sha1' | 'sha256';
}

/**
 * Asks a source for its branches without copying anything. The default branch is what its HEAD points to. When HEAD
 * points to a commit or to a branch without one, it is the branch with that commit, `main`, `master` or the first. A HEAD
 * on a branch nobody can use is refused: another branch in its place would be a wrong base for everything.
 */
export async function branchesOf(
  { address, protocols, network }: SourceAccess,
  timeoutMs = 30_000,
): Promise<SourceBranches> {
  const { stdout } = await runGit(
    ['ls-remote', '--symref', '--quiet', '--end-of-options', address, 'HEAD', 'refs/heads/*'],
    { gitDir: '/nonexistent', ...(protocols && { protocols }), ...(network && { network }), timeoutMs },
  );
  const lines = stdout.toString('latin1').split('\n');
  const refs = lines.map((line) => /^([0-9a-f]+)\t(.+)$/.exec(line)).filter((match) => match !== null);
  const commits = new Map(refs.map(([, sha = '', ref = '']) => [ref, sha]));
  const tips = new Map(
    [...commits].flatMap(([ref, sha]) => (ref.startsWith('refs/heads/') ? [[ref.slice(11), sha] as const] : [])),
  );
  // Git reads whatever a web server answers as the list of an old one, and finds no branch in it.
  const isWeb = address.startsWith('https://');
  if (tips.size === 0) throw isWeb ? refusal('NOTHING_OFFERED', { address }) : refusal('REPOSITORY_EMPTY', {});

  const pointed = lines
    .map((line) => /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line)?.[1])
    .find((name) => name !== undefined);
  if (pointed !== undefined && tips.has(pointed) && branchNameFrom(pointed) === null) {
    throw refusal('DEFAULT_BRANCH_UNUSABLE', { branch: Buffer.from(pointed, 'latin1').toString('utf8') });
  }
  const branches = [...tips.keys()].map(branchNameFrom).filter((name) => name !== null);
  const onHead = [...tips].find(([, sha]) => sha === commits.get('HEAD'))?.[0];
  const wanted = [pointed, onHead].map((name) => (name === undefined ? null : branchNameFrom(name)));
  const chosen = [...wanted, 'main', 'master', branches[0]].find((name) => name != null && branches.includes(name));
  if (chosen == null) throw refusal('DEFAULT_BRANCH_UNUSABLE', { branch: [...tips.keys()][0] ?? '' });
  const [tip = ''] = tips.values();
  return { defaultBranch: chosen, branches, objectFormat: tip.length === 64 ? 'sha256' : 'sha1' };
}

/** Names are bytes. One that is not UTF-8 cannot come back from JSON as what it was, so nobody could choose it. */
export function branchNameFrom(latin1: string): string | null {
  const bytes = Buffer.from(latin1, 'latin1');
  const name = bytes.toString('utf8');
  return isBranchName(name) && Buffer.from(name).equals(bytes) ? name : null;
}
