/** What `git diff --unified=0` says of one place: these lines are in place of those. Lines count from 1. */
export interface Hunk {
  /** Without old lines: the line it was added behind. */
  readonly oldStart: number;
  readonly oldLines: number;
  /** Without new lines: the line behind which the old ones were. */
  readonly newStart: number;
  readonly newLines: number;
}

export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a range of lines is after a change, whose hunks are in order; null when it was taken out whole. A line that was
 * replaced is where its replacement is; of a range whose beginning or end was taken out, the rest is left. Not `touched`:
 * the lines are what they were.
 */
export function mapLines(hunks: readonly Hunk[], range: LineRange): (LineRange & { touched: boolean }) | null {
  let { start, end } = range;
  for (const hunk of hunks) if (isTakenOut(hunk, start)) start = hunk.oldStart + hunk.oldLines;
  for (const hunk of hunks.toReversed()) if (isTakenOut(hunk, end)) end = hunk.oldStart - 1;
  if (start > end) return null;
  return {
    start: newLine(hunks, start),
    end: newLine(hunks, end),
    touched: hunks.some((hunk) => touches(hunk, range)),
  };
}

function contains({ oldStart, oldLines }: Hunk, line: number): boolean {
  return line >= oldStart && line < oldStart + oldLines;
}

function isTakenOut(hunk: Hunk, line: number): boolean {
  return hunk.newLines === 0 && contains(hunk, line);
}

function touches({ oldStart, oldLines }: Hunk, { start, end }: LineRange): boolean {
  // What was added between two lines of the range belongs to it now.
  if (oldLines === 0) return start <= oldStart && oldStart < end;
  return oldStart <= end && oldStart + oldLines > start;
}

/** Of a line that was not taken out. */
function newLine(hunks: readonly Hunk[], line: number): number {
  let shift = 0;
  for (const hunk of hunks) {
    if (contains(hunk, line)) return hunk.newStart + Math.min(line - hunk.oldStart, hunk.newLines - 1);
    const last = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart + hunk.oldLines - 1;
    if (last >= line) break;
    shift += hunk.newLines - hunk.oldLines;
  }
  return line + shift;
}
