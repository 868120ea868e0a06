import { cutText } from '@claude-codex/contracts/text';
import { objectId } from '@claude-codex/service-kit/git/names';
import { gitText, runGit } from '@claude-codex/service-kit/git/run-git';

export interface Commit {
  sha: string;
  subject: string;
  authoredAt: string;
}

const MAX_COMMITS = 1_000;
/** As JSON: the list is in two events of one append, and what does not fit the log could never be handed over. */
const MAX_CHARACTERS = 150_000;

/** Commits of `headSha` that are not in `baseSha`, oldest first; the newest ones when there are too many for an event. */
export async function listCommits(gitDir: string, baseSha: string, headSha: string): Promise<Commit[]> {
  const range = `${objectId(baseSha)}..${objectId(headSha)}`;
  const { stdout } = await runGit(
    [
      'log',
      '-z',
      `--max-count=${MAX_COMMITS}`,
      '--topo-order',
      '--format=%H%x09%aI%x09%s',
      '--end-of-options',
      range,
      '--',
    ],
    { gitDir },
  );
  const lines = stdout
    .toString('utf8')
    .split('\0')
    .filter((line) => line !== '');
  return newest(lines.map(commitOf)).reverse();
}

function commitOf(line: string): Commit {
  const [sha = '', authoredAt = '', ...subject] = line.split('\t');
  return { sha, authoredAt, subject: cutText(subject.join('\t'), 500) };
}

/** `commits` begins with the newest. */
function newest(commits: readonly Commit[]): Commit[] {
  let characters = 0;
  const end = commits.findIndex((commit) => {
    characters += JSON.stringify(commit).length;
    return characters > MAX_CHARACTERS;
  });
  return end === -1 ? [...commits] : commits.slice(0, end);
}

/** Where the two histories part; null when they have nothing in common. */
export async function mergeBase(gitDir: string, a: string, b: string): Promise<string | null> {
  const args = ['merge-base', '--end-of-options', objectId(a), objectId(b)];
  const { exitCode, stdout } = await runGit(args, { gitDir, accept: [0, 1] });
  return exitCode === 0 ? (stdout.toString('utf8').trim().split('\n')[0] ?? null) : null;
}

export async function isAncestor(gitDir: string, ancestor: string, descendant: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', objectId(ancestor), objectId(descendant)];
  return (await runGit(args, { gitDir, accept: [0, 1] })).exitCode === 0;
}

export async function treeOf(gitDir: string, commit: string): Promise<string> {
  return objectId(
    await gitText(['rev-parse', '--verify', '--end-of-options', `${objectId(commit)}^{tree}`], { gitDir }),
  );
}

/** The commit a ref points to, or null. */
export async function commitAt(gitDir: string, ref: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { exitCode, stdout } = await runGit(args, { gitDir, accept: [0, 1, 128] });
  return exitCode === 0 ? objectId(stdout.toString('utf8').trim()) : null;
}
