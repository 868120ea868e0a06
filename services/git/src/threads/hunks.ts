import { objectId } from '@claude-codex/service-kit/git/names';
import { streamGit } from '@claude-codex/service-kit/git/run-git';
import { SAFE_DIFF } from '../diffs/compute-diff.ts';
import { eachLine } from '../diffs/patch-lines.ts';
import type { Hunk } from './map-lines.ts';

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const TIMEOUT_MS = 60_000;

/**
 * The hunks between two contents of a file, named by their hashes: no path is needed, so none can be misread. Lines of
 * the content begin with a sign, so none of them can pass for a header.
 */
export async function hunksBetween(gitDir: string, oldBlob: string, newBlob: string): Promise<Hunk[]> {
  const hunks: Hunk[] = [];
  const args = ['diff', ...SAFE_DIFF, '--text', '--patch', '--unified=0', '--diff-algorithm=histogram'];
  const contents = ['--end-of-options', objectId(oldBlob), objectId(newBlob)];
  await streamGit([...args, ...contents], { gitDir, timeoutMs: TIMEOUT_MS }, (output) =>
    eachLine(output, {
      line(bytes) {
        const found = HUNK.exec(bytes.subarray(0, 100).toString('latin1'));
        if (found === null) return;
        const [, oldStart = '0', oldLines = '1', newStart = '0', newLines = '1'] = found;
        hunks.push({
          ...{ oldStart: Number(oldStart), oldLines: Number(oldLines) },
          ...{ newStart: Number(newStart), newLines: Number(newLines) },
        });
      },
      // No header is this long.
      longPiece: () => undefined,
    }),
  );
  return hunks;
}
