import type { DiffFile } from '@claude-codex/contracts';

export interface TreeRow {
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  /** Null for a folder. */
  readonly file: DiffFile | null;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: DiffFile[];
}

/** Files under their folders, folders first; a folder with one child folder is shown in one line with it. */
export function treeOf(files: readonly DiffFile[]): TreeRow[] {
  const root: Folder = { folders: new Map(), files: [] };
  for (const file of files) {
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
  const rows: TreeRow[] = [];
  walk(root, 0, '', rows);
  return rows;
}

function walk(folder: Folder, depth: number, prefix: string, rows: TreeRow[]): void {
  for (const [first, child] of [...folder.folders].sort(([a], [b]) => a.localeCompare(b))) {
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
  for (const file of folder.files) {
    rows.push({ key: file.path, name: file.path.split('/').at(-1) ?? file.path, depth, file });
  }
}

/** Paths in the order the tree shows them, which is the order the diff is read in. */
export function inTreeOrder(files: readonly DiffFile[]): DiffFile[] {
  return treeOf(files).flatMap((row) => (row.file === null ? [] : [row.file]));
}
