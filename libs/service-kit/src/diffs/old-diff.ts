import { DiffDocument, type DiffFile, type DiffPart } from '@claude-codex/contracts';
import { comparePaths } from '@claude-codex/contracts/git-path';
import type { BlobStore } from '../blobs.ts';
import { holdsLine, type StoredDiff } from './stored-diff.ts';

const MAX_BYTES = 32 * 1024 * 1024;

type OldFile = DiffDocument['files'][number];

/** A change stored whole, by a version before there were parts: every file has one. */
export async function readOldDiff(blobs: BlobStore, blobId: string): Promise<StoredDiff> {
  const text = (await blobs.read(blobId, MAX_BYTES)).toString('utf8');
  const { baseSha, headSha, files } = DiffDocument.parse(JSON.parse(text));
  files.sort((a, b) => comparePaths(a.path, b.path));
  const find = (path: string) => files.find((file) => file.path === path);
  return {
    async index({ after, limit }) {
      const page = files.slice(after, after + limit).map(factsOf);
      const next = after + page.length;
      return {
        baseSha,
        headSha,
        totalFiles: files.length,
        totalLines: files.reduce((sum, file) => sum + linesOf(file), 0),
        files: page,
        nextAfter: next < files.length ? next : null,
      };
    },
    async file(path) {
      const file = find(path);
      return file === undefined ? null : factsOf(file);
    },
    async part(path, part) {
      const file = find(path);
      return file === undefined || part > 0 ? null : partOf(file);
    },
    image: async () => null,
    lineText: async () => null,
    async hasLine(path, side, line) {
      const file = find(path);
      return file !== undefined && holdsLine(partOf(file), side, line);
    },
  };
}

function linesOf({ hunks }: OldFile): number {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

function factsOf(file: OldFile): DiffFile {
  const { tooLarge, hunks, ...facts } = file;
  const parts = hunks.length === 0 ? [] : [linesOf(file)];
  return { ...facts, oldMode: null, newMode: null, misleading: 0, parts, notKept: tooLarge };
}

function partOf({ path, hunks }: OldFile): DiffPart {
  let end = 0;
  return {
    path,
    part: 0,
    hunks: hunks.map((hunk) => {
      const skipped = Math.max(0, hunk.newStart - 1 - end);
      end = hunk.newStart - 1 + hunk.newLines;
      return { ...hunk, skipped, continued: false };
    }),
  };
}
