import type { DiffFile } from '@claude-codex/contracts';

/** A file of the list, with its place in it: two files of old changes may have one path, never one place. */
export interface ListedFile extends DiffFile {
  readonly at: number;
}

/** What the list of a diff is made of: of each file its head, and its lines in blocks; only those in sight are there. */
export type Item = { readonly key: string; readonly file: ListedFile; readonly last: boolean } & (
  | { readonly kind: 'head' }
  | { readonly kind: 'note' }
  /** Threads of the file that stand at no line of it. */
  | { readonly kind: 'threads' }
  | { readonly kind: 'lines'; readonly part: number; readonly from: number; readonly to: number }
  | { readonly kind: 'rest'; readonly direction: 'before' | 'after'; readonly part: number; readonly lines: number }
);

/** Lines of a block: enough that few are there at once, so few that one is made within a frame. */
export const BLOCK = 20;
/** Browsers cannot scroll further than some 16 million pixels: so many lines of a file, and of the list, are laid out. */
export const MOST_LINES = 300_000;
const ROW = 20;
const HEAD = 37;
/** Of two pictures side by side; small ones and a phone's turn out otherwise once they are seen. */
const PICTURES = 366;
const SPACE = 12;

export interface Layout {
  isOpen(file: ListedFile): boolean;
  /** The part a very long file is shown from. */
  firstPart(file: ListedFile): number;
  /** How many threads of the file stand at no line of it. */
  looseCount(file: ListedFile): number;
}

export function itemsOf(files: readonly ListedFile[], layout: Layout): Item[] {
  return files.flatMap((file) => itemsOfFile(file, layout));
}

export function linesIn({ parts }: Pick<DiffFile, 'parts'>): number {
  return parts.reduce((sum, lines) => sum + lines, 0);
}

/** Files whose lines are beyond what can be laid out at once: folded until somebody opens them. */
export function beyondReach(files: readonly ListedFile[]): ReadonlySet<number> {
  let lines = 0;
  return new Set(
    files.flatMap((file) => {
      lines += Math.min(MOST_LINES, linesIn(file));
      return lines > MOST_LINES && lines > linesIn(file) ? [file.at] : [];
    }),
  );
}

function itemsOfFile(file: ListedFile, layout: Layout): Item[] {
  const place = (suffix: string) => ({ key: `${file.at}:${suffix}`, file });
  const head = { ...place('head'), kind: 'head' as const };
  if (!layout.isOpen(file)) return [{ ...head, last: true }];
  const items: Item[] = [{ ...head, last: false }];
  if (layout.looseCount(file) > 0) items.push({ ...place('threads'), kind: 'threads', last: false });
  const heads = items.length;
  const first = layout.firstPart(file);
  const before = linesIn({ parts: file.parts.slice(0, first) });
  if (before > 0)
    items.push({ ...place('before'), kind: 'rest', direction: 'before', part: first, lines: before, last: false });
  let shown = 0;
  let part = first;
  for (; part < file.parts.length && shown < MOST_LINES; part++) {
    const lines = file.parts[part] ?? 0;
    for (let from = 0; from < lines; from += BLOCK) {
      const to = Math.min(lines, from + BLOCK);
      items.push({ ...place(`${part}.${from}`), kind: 'lines', part, from, to, last: false });
    }
    shown += lines;
  }
  const after = linesIn({ parts: file.parts.slice(part) });
  if (after > 0) items.push({ ...place('after'), kind: 'rest', direction: 'after', part, lines: after, last: false });
  if (items.length === heads) items.push({ ...place('note'), kind: 'note', last: false });
  return items.map((item, index) => (index === items.length - 1 ? { ...item, last: true } : item));
}

/** How high an item is before it was seen. */
export function heightOf(item: Item, split: boolean): number {
  const space = item.last ? SPACE : 0;
  if (item.kind === 'head') return HEAD + space;
  if (item.kind === 'note' && item.file.image) return PICTURES + space;
  if (item.kind !== 'lines') return 44 + space;
  // In two columns removed and added lines stand side by side; how many do is known when they are read.
  return Math.ceil((item.to - item.from) * ROW * (split ? 0.75 : 1)) + space;
}

/** The part a very long file is shown from so that this one is the last, or the first, of what is shown. */
export function pageOf(file: ListedFile, { direction, part }: Extract<Item, { kind: 'rest' }>): number {
  if (direction === 'after') return part;
  let lines = 0;
  let first = part;
  while (first > 0 && lines < MOST_LINES) lines += file.parts[--first] ?? 0;
  return first;
}
