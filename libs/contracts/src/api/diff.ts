import { z } from 'zod';

const count = z.number().int().nonnegative();

export const DiffLine = z.object({
  kind: z.enum(['context', 'added', 'removed']),
  oldLine: z.number().int().positive().nullable(),
  newLine: z.number().int().positive().nullable(),
  /** At most `LINE_SHOWN` characters. A byte that is no UTF-8 is a lone surrogate (`textFromBytes`). */
  text: z.string(),
  /** Bytes of the whole line when `text` is only its beginning; the rest is read by `GET …/changes/line`. */
  bytes: count.optional(),
  /** The file ends here, without a line feed. */
  noNewline: z.literal(true).optional(),
});
export type DiffLine = z.infer<typeof DiffLine>;

export const DiffHunk = z.object({
  oldStart: count,
  oldLines: count,
  newStart: count,
  newLines: count,
  /** What git prints after the second `@@`. */
  section: z.string(),
  lines: z.array(DiffLine),
});
export type DiffHunk = z.infer<typeof DiffHunk>;

/** What is known of a changed file without its lines. */
export const DiffFile = z.object({
  /** As `pathFromBytes` writes it. */
  path: z.string(),
  oldPath: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'type_changed']),
  /** As git writes them, `100755`; null where the file is not, and for changes stored by an older version. */
  oldMode: z.string().nullable(),
  newMode: z.string().nullable(),
  binary: z.boolean(),
  additions: count,
  deletions: count,
  /** Git blob id of the new content (of the old one for a deleted file): what a "reviewed" mark is bound to. */
  contentHash: z.string(),
  /** Added lines that are not what they look like (`misleads`). */
  misleading: count,
  /** Bytes of each side of an image, as `GET …/changes/image` gives them; null where it is not, or is too large to be kept. */
  image: z.object({ old: count.nullable(), new: count.nullable() }).optional(),
  /** Lines of each part of its diff, in order; a part is read by `GET …/changes/file`. */
  parts: z.array(count),
  /** An older version did not keep the lines of a diff this large. */
  notKept: z.boolean(),
});
export type DiffFile = z.infer<typeof DiffFile>;

/** The files of a change in the order of a tree, a page at a time. */
export const DiffIndex = z.object({
  baseSha: z.string(),
  headSha: z.string(),
  /** Of the whole change. */
  totalFiles: count,
  totalLines: count,
  files: z.array(DiffFile),
  /** For `after`; null at the end. */
  nextAfter: count.nullable(),
});
export type DiffIndex = z.infer<typeof DiffIndex>;

/** Hunks of a file, or pieces of them: a part ends between two runs of changed lines, unless one is longer than a part. */
export const DiffPart = z.object({
  path: z.string(),
  part: count,
  hunks: z.array(
    DiffHunk.extend({
      /** Unchanged lines left out before it. */
      skipped: count,
      /** The hunk began in the part before. */
      continued: z.boolean(),
    }),
  ),
});
export type DiffPart = z.infer<typeof DiffPart>;

/** A piece of a line that is too long to be shown whole. */
export const DiffLineText = z.object({ text: z.string(), nextFrom: count.nullable() });
export type DiffLineText = z.infer<typeof DiffLineText>;

/** The content of a `diffBlobId` of tasks from before changes were stored in parts. */
export const DiffDocument = z.object({
  baseSha: z.string(),
  headSha: z.string(),
  files: z.array(
    DiffFile.pick({
      path: true,
      oldPath: true,
      status: true,
      binary: true,
      additions: true,
      deletions: true,
      contentHash: true,
    }).extend({ tooLarge: z.boolean(), hunks: z.array(DiffHunk) }),
  ),
});
export type DiffDocument = z.infer<typeof DiffDocument>;
