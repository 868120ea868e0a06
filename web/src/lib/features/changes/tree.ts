import type { DiffFile } from '@claude-codex/contracts';
import { comparePaths } from '@claude-codex/contracts/git-path';

export interface TreeRow<File extends Pick<DiffFile, 'path'>> {
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  /** Null for a folder. */
  readonly file: File | null;
}

interface Folder<File> {
  readonly folders: Map<string, Folder<File>>;
  readonly files: File[];
}

/** Files under their folders, folders first; a folder with one child folder is shown in one line with it. */
export function treeOf<File extends Pick<DiffFile, 'path'>>(files: readonly File[]): TreeRow<File>[] {
  const root: Folder<File> = { folders: new Map(), files: [] };
  for (const file of files.toSorted((a, b) => comparePaths(a.path, b.path))) {
    let folder = root;
    for (const part of file.path.split('/').slice(0, -1)) {
      let next = folder.folders.get(part);
      if (next === undefined) {
        next = { folders: new Map(), files: [] };
        folder.folders.set(part, next);
      }
      folder = next;
    }
    folder.files.push(file);
  }
  const rows: TreeRow<File>[] = [];
  walk(root, 0, '', rows);
  return rows;
}

function walk<File extends Pick<DiffFile, 'path'>>(
  folder: Folder<File>,
  depth: number,
  prefix: string,
  rows: TreeRow<File>[],
): void {
  for (const [first, child] of folder.folders) {
    let name = first;
    let inner = child;
    while (inner.files.length === 0 && inner.folders.size === 1) {
      const [only] = inner.folders;
      if (only === undefined) break;
      name = `${name}/${only[0]}`;
      inner = only[1];
    }
    rows.push({ key: `${prefix}${name}/`, name, depth, file: null });
    walk(inner, depth + 1, `${prefix}${name}/`, rows);
  }
  for (const [index, file] of folder.files.entries()) {
    // Two files of an old change may have one path.
    rows.push({ key: `${index} ${file.path}`, name: file.path.split('/').at(-1) ?? file.path, depth, file });
  }
}
