import type { DiffFile, DiffIndex, DiffLineText, DiffPart } from '@claude-codex/contracts';

export type Side = 'old' | 'new';

/** A stored change, read by file and by range. What is not in it is null. */
export interface StoredDiff {
  index(page: { after: number; limit: number }): Promise<DiffIndex>;
  file(path: string): Promise<DiffFile | null>;
  part(path: string, part: number): Promise<DiffPart | null>;
  /** The content of a changed image on one side, at most `IMAGE_KEPT` bytes. */
  image(path: string, side: Side): Promise<Buffer | null>;
  /** A piece of a line that was cut, from a byte on. */
  lineText(path: string, place: { part: number; line: number; from: number }): Promise<DiffLineText | null>;
  /** Whether a line of a file stands in the diff on that side, changed or around a change. */
  hasLine(path: string, side: Side, line: number): Promise<boolean>;
}

export function holdsLine({ hunks }: Pick<DiffPart, 'hunks'>, side: Side, number: number): boolean {
  return hunks.some(({ lines }) => lines.some((line) => (side === 'old' ? line.oldLine : line.newLine) === number));
}
