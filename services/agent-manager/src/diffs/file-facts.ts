import type { DiffFile } from '@claude-codex/contracts';

/** What git says about a changed file without its content. */
export interface FileFacts extends Omit<DiffFile, 'tooLarge' | 'hunks'> {
  /** A type change (file to link) is printed as two patches: a removal and an addition. */
  readonly sections: 1 | 2;
}

const STATUS: Record<string, DiffFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'added',
  T: 'type_changed',
};

/** Parses `git diff --raw --numstat -z --no-abbrev`: first all raw entries, then all counts, in the same order. */
export function parseFileFacts(output: Buffer): FileFacts[] {
  const fields = output.toString('utf8').split('\0');
  const files: FileFacts[] = [];
  let at = 0;
  const next = () => fields[at++] ?? '';
  while (fields[at]?.startsWith(':')) {
    const [, , oldHash = '', newHash = '', code = ''] = next().split(' ');
    const letter = code.charAt(0);
    const status = STATUS[letter];
    if (status === undefined) throw new Error(`git printed an unknown status: ${code}`);
    const first = next();
    const moved = letter === 'R' || letter === 'C';
    files.push({
      path: moved ? next() : first,
      oldPath: letter === 'R' ? first : null,
      status,
      binary: false,
      additions: 0,
      deletions: 0,
      contentHash: status === 'deleted' ? oldHash : newHash,
      sections: letter === 'T' ? 2 : 1,
    });
  }
  return files.map((file) => {
    const [additions = '', deletions = '', path = ''] = next().split('\t');
    // A renamed file's counts end in an empty path, followed by the old and the new one.
    if (path === '') at += 2;
    const binary = additions === '-';
    return { ...file, binary, additions: binary ? 0 : Number(additions), deletions: binary ? 0 : Number(deletions) };
  });
}
