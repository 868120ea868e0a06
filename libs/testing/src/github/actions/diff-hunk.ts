/**
 * The part of a patch that leads to a line, as GitHub shows it above a comment: from the head of the hunk to the line.
 * Null when the patch does not show the line.
 * @param line 1-based, in the file after (RIGHT) or before (LEFT) the change
 */
export function diffHunk(patch: string, line: number, side: 'LEFT' | 'RIGHT'): string | null {
  let shown: string[] = [];
  let [left, right] = [0, 0];
  for (const text of patch.split('\n')) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (head !== null) {
      [left, right] = [Number(head[1]) - 1, Number(head[2]) - 1];
      shown = [text];
      continue;
    }
    shown.push(text);
    if (!text.startsWith('+')) left += 1;
    if (!text.startsWith('-')) right += 1;
    if (side === 'LEFT' && left === line && !text.startsWith('+')) return shown.join('\n');
    if (side === 'RIGHT' && right === line && !text.startsWith('-')) return shown.join('\n');
  }
  return null;
}
