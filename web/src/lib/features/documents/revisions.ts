import type { DiffLine, DiffPart, ReviewView, TaskView } from '@claude-codex/contracts';

export interface Revision {
  readonly blobId: string;
  readonly label: string;
}

interface Reviewed {
  readonly reviews: readonly Pick<ReviewView, 'round' | 'deliverables' | 'replaced'>[];
  readonly documents: TaskView['documents'];
}

/**
 * Every content a document had, oldest first: what each round handed over, and each that a person put in its place. A
 * content that comes back stands where it came last.
 */
export function revisionsOf(task: Reviewed, path: string, nameOf: (user: string) => string): Revision[] {
  const found = new Map<string, Revision>();
  const add = (blobId: string, label: string) => {
    found.delete(blobId);
    found.set(blobId, { blobId, label });
  };
  for (const { round, deliverables, replaced } of task.reviews) {
    let label = `Round ${round}`;
    for (const was of replaced) {
      if (was.path !== path) continue;
      add(was.blobId, label);
      label = `Round ${round}, edited by ${nameOf(was.replacedBy)}`;
    }
    const now = deliverables.find((deliverable) => deliverable.path === path);
    if (now !== undefined) add(now.blobId, label);
  }
  const now = task.documents.find((document) => document.path === path);
  if (now !== undefined && !found.has(now.blobId)) add(now.blobId, now.revisedBy === null ? 'Newest' : 'Edited');
  return [...found.values()];
}

/** Differences of two texts by line, in the shape the diff view shows. */
export function diffTexts(path: string, before: string, after: string): DiffPart {
  const a = before.split('\n');
  const b = after.split('\n');
  const lines: DiffLine[] = [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const context = (from: number, to: number, shift: number) => {
    for (let n = from; n < to; n++)
      lines.push({ kind: 'context', oldLine: n + 1, newLine: n + 1 + shift, text: a[n] ?? '' });
  };
  context(0, start, 0);
  lines.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start));
  context(a.length - end, a.length, b.length - a.length);
  const numbers = { oldStart: 1, oldLines: a.length, newStart: 1, newLines: b.length };
  return { path, part: 0, hunks: [{ ...numbers, section: '', skipped: 0, continued: false, lines }] };
}

/** Above this many cells the table would cost more than it shows, and the part counts as wholly replaced. */
const MAX_CELLS = 4_000_000;

function middle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const width = b.length + 1;
  const table = a.length * b.length > MAX_CELLS ? null : new Uint32Array((a.length + 1) * width);
  if (table !== null) {
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        table[i * width + j] =
          a[i] === b[j]
            ? (table[(i + 1) * width + j + 1] ?? 0) + 1
            : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
      }
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const same = table !== null && i < a.length && j < b.length && a[i] === b[j];
    const down =
      table === null
        ? i < a.length
        : j >= b.length || (i < a.length && (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0));
    if (same) lines.push({ kind: 'context', oldLine: offset + ++i, newLine: offset + ++j, text: a[i - 1] ?? '' });
    else if (down) lines.push({ kind: 'removed', oldLine: offset + ++i, newLine: null, text: a[i - 1] ?? '' });
    else lines.push({ kind: 'added', oldLine: null, newLine: offset + ++j, text: b[j - 1] ?? '' });
  }
  return lines;
}
