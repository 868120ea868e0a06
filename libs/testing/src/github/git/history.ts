import { git, tryGit } from './git.ts';
import { remember } from './remember.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

const FORMAT = '%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x01';

/** A commit, or what `base..head` means to git, the oldest first. */
export const commitsOf = remember(async (directory: string, range: string, limit: number = 250): Promise<Commit[]> => {
  const one = range.includes('..') ? [] : ['--max-count=1'];
  const args = [
    'log',
    '--reverse',
    `--max-count=${limit}`,
    ...one,
    `--format=${FORMAT}`,
    '--end-of-options',
    range,
    '--',
  ];
  return (await git(directory, args))
    .split('\x01')
    .map((entry) => entry.replace(/^\n/, '').split('\0'))
    .filter((fields) => fields.length === 10)
    .map(([sha = '', tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = '']) => ({
      sha,
      tree,
      parents: parents === '' ? [] : parents.split(' '),
      author: { name: an, email: ae, date: ad },
      committer: { name: cn, email: ce, date: cd },
      message: message.trim(),
    }));
});

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  /** Of the content after the change; of what was removed otherwise. */
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** From the first `@@`; null for a binary file. */
  readonly patch: string | null;
}

const STATUS = { A: 'added', D: 'removed', R: 'renamed' } as const;

/** What a pull request shows: from where the branches parted to the head. */
export const changedFiles = remember(async (directory: string, base: string, head: string): Promise<ChangedFile[]> => {
  const range = `${base}...${head}`;
  const raw = (await git(directory, ['diff', '--raw', '-z', '--no-abbrev', '-M', range])).split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at < raw.length && raw[at] !== ''; ) {
    const [, , before = '', after = '', kind = 'M'] = (raw[at] ?? '').split(' ');
    const renamed = kind.startsWith('R');
    const [first = '', second = ''] = [raw[at + 1], raw[at + 2]];
    at += renamed ? 3 : 2;
    const path = renamed ? second : first;
    const status = STATUS[kind.charAt(0) as keyof typeof STATUS] ?? 'modified';
    const paths = renamed ? [first, path] : [path];
    files.push({
      path,
      status,
      previousPath: renamed ? first : null,
      blob: status === 'removed' ? before : after,
      ...(await patchOf(directory, range, paths)),
    });
  }
  return files;
});

async function patchOf(directory: string, range: string, paths: readonly string[]) {
  const { stdout } = await tryGit(directory, ['--literal-pathspecs', 'diff', '-M', range, '--', ...paths]);
  const start = stdout.search(/^@@ /m);
  const lines = start === -1 ? [] : stdout.slice(start).split('\n');
  return {
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
    patch: start === -1 ? null : stdout.slice(start).trimEnd(),
  };
}
