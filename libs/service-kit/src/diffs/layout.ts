import { DiffFile } from '@claude-codex/contracts';
import { z } from 'zod';

/**
 * A stored change is one blob: this line, then the parts of its files (`DiffPart` as JSON) with overlong lines as bytes
 * between them, then the index, one line of JSON for the change and one per file, and at its end where the index begins.
 * So it is written in one pass while git prints it, and read by file and by range.
 */
export const MAGIC = 'codex-diff/2\n';
/** Characters of a line that are kept with its part; the rest is read on demand. */
export const LINE_SHOWN = 2_000;
const TRAILER_DIGITS = 16;
export const TRAILER_BYTES = TRAILER_DIGITS + 1;

export function trailer(indexAt: number): Buffer {
  return Buffer.from(`${String(indexAt).padStart(TRAILER_DIGITS, '0')}\n`);
}

const place = z.object({ at: z.number(), bytes: z.number() });
const span = z.tuple([z.number(), z.number()]);

export const StoredPart = place.extend({
  lines: z.number(),
  /** First and last line number on each side; an empty side ends before it begins. */
  old: span,
  new: span,
  /** Overlong lines: which of the part's lines, and where all their bytes are. */
  long: z.array(place.extend({ line: z.number() })),
});
export type StoredPart = z.infer<typeof StoredPart>;

export const StoredImages = z.object({ old: place.nullable(), new: place.nullable() });
export type StoredImages = z.infer<typeof StoredImages>;

export const StoredFile = DiffFile.omit({ parts: true, notKept: true, image: true }).extend({
  parts: z.array(StoredPart),
  /** Of a changed image: where the contents of both sides are. */
  images: StoredImages.optional(),
});
export type StoredFile = z.infer<typeof StoredFile>;

export const StoredHeader = z.object({
  baseSha: z.string(),
  headSha: z.string(),
  totalFiles: z.number(),
  totalLines: z.number(),
});
export type StoredHeader = z.infer<typeof StoredHeader>;

/** The path comes first, so that a file is found in the index without reading the others. */
export function fileLine({ path, ...file }: StoredFile): string {
  return `${lineStart(path)}${JSON.stringify(file).slice(1)}\n`;
}

export function lineStart(path: string): string {
  return `{"path":${JSON.stringify(path)},`;
}
