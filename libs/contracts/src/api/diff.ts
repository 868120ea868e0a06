import { z } from 'zod';

export const DiffLine = z.object({
  kind: z.enum(['context', 'added', 'removed']),
  oldLine: z.number().int().positive().nullable(),
  newLine: z.number().int().positive().nullable(),
  text: z.string(),
});
export type DiffLine = z.infer<typeof DiffLine>;

export const DiffHunk = z.object({
  oldStart: z.number().int().nonnegative(),
  oldLines: z.number().int().nonnegative(),
  newStart: z.number().int().nonnegative(),
  newLines: z.number().int().nonnegative(),
  /** What git prints after the second `@@`. */
  section: z.string(),
  lines: z.array(DiffLine),
});
export type DiffHunk = z.infer<typeof DiffHunk>;

export const DiffFile = z.object({
  path: z.string(),
  oldPath: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'type_changed']),
  binary: z.boolean(),
  /** True when the file's diff is over the limit; `hunks` is then empty. */
  tooLarge: z.boolean(),
  additions: z.number().int().nonnegative(),
  deletions: z.number().int().nonnegative(),
  /** Git blob id of the new content (of the old one for a deleted file): what a "reviewed" mark is bound to. */
  contentHash: z.string(),
  hunks: z.array(DiffHunk),
});
export type DiffFile = z.infer<typeof DiffFile>;

/** The content of a `diffBlobId`. */
export const DiffDocument = z.object({
  baseSha: z.string(),
  headSha: z.string(),
  files: z.array(DiffFile),
});
export type DiffDocument = z.infer<typeof DiffDocument>;
