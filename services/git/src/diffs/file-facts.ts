import { pathFromBytes } from '@claude-codex/contracts/git-path';
import type { StoredFile } from '@claude-codex/service-kit/diffs/layout';

/** What git says about a changed file without its content. */
export interface FileFacts extends Omit<StoredFile, 'misleading' | 'parts'> {
  /** A type change (file to link) is printed as two patches: a removal and an addition. */
  readonly sections: 1 | 2;
  /** Git's names of the content on each side; null where the file is not. */
  readonly blobs: { readonly old: string | null; readonly new: string | null };
}

const STATUS: Record<string, StoredFile['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'added',
  T: 'type_changed',
};
const NO_FILE = '000000';

/** Parses `git diff --raw --numstat -z --no-abbrev`: first all raw entries, then all counts, in the same order. */
export function parseFileFacts(output: Buffer): FileFacts[] {
  let at = 0;
  const next = () => {
    const end = output.indexOf(0, at);
    const field = output.subarray(at, end === -1 ? output.length : end);
    at = end === -1 ? output.length : end + 1;
    return field;
  };
  const files: FileFacts[] = [];
  while (output[at] === COLON) {
    const [oldMode = '', newMode = '', oldHash = '', newHash = '', code = ''] = next().toString().slice(1).split(' ');
    const letter = code.charAt(0);
    const status = STATUS[letter];
    if (status === undefined) throw new Error(`git printed an unknown status: ${code}`);
    const first = pathFromBytes(next());
    const moved = letter === 'R' || letter === 'C';
    files.push({
      path: moved ? pathFromBytes(next()) : first,
      oldPath: letter === 'R' ? first : null,
      status,
      oldMode: oldMode === NO_FILE ? null : oldMode,
      newMode: newMode === NO_FILE ? null : newMode,
      binary: false,
      additions: 0,
      deletions: 0,
      contentHash: status === 'deleted' ? oldHash : newHash,
      sections: letter === 'T' ? 2 : 1,
      blobs: { old: oldMode === NO_FILE ? null : oldHash, new: newMode === NO_FILE ? null : newHash },
    });
  }
  return files.map((file) => {
    const counts = next();
    const [additions = '', deletions = ''] = counts.toString('latin1').split('\t', 2);
    // A renamed file's counts end in an empty path, followed by the old and the new one.
    if (counts.at(-1) === TAB && counts.length === additions.length + deletions.length + 2) {
      next();
      next();
    }
    const binary = additions === '-';
    return { ...file, binary, additions: binary ? 0 : Number(additions), deletions: binary ? 0 : Number(deletions) };
  });
}

const COLON = 0x3a;
const TAB = 0x09;
