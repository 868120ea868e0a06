import { misleads } from '@claude-codex/contracts/hidden-characters';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { writeDiff } from '@claude-codex/service-kit/diffs/write-diff';
import { objectId } from '@claude-codex/service-kit/git/names';
import { runGit, streamGit } from '@claude-codex/service-kit/git/run-git';
import { type FileFacts, parseFileFacts } from './file-facts.ts';
import { keepImages } from './keep-images.ts';
import { PART_LIMITS, type PartLimits } from './part-writer.ts';
import { eachLine } from './patch-lines.ts';
import { PatchReader } from './patch-reader.ts';

/** No driver, filter or colour that a repository or a configuration file could choose. */
export const SAFE_DIFF = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--ignore-submodules=none',
  '--submodule=short',
  '-M',
];
const PATCH = [
  '--patch',
  '--full-index',
  '--unified=3',
  '--diff-algorithm=histogram',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];
/** Facts are held in memory, some 300 bytes per file; the lines of a diff never are. */
const MAX_FACTS_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 600_000;
/** More than any bundle can unpack to on the disk of a team's server. */
const MAX_DIFF_BYTES = 16 * 1024 ** 3;

export interface StoredChange {
  readonly blobId: string;
  readonly filesChanged: number;
  readonly additions: number;
  readonly deletions: number;
  /** Files that hold, or are called, what they do not look like. */
  readonly misleading: readonly string[];
}

/** The files that differ between two commits of a mirror, renames found. */
export async function changedFiles(
  gitDir: string,
  { baseSha, headSha }: { baseSha: string; headSha: string },
): Promise<FileFacts[]> {
  const range = ['--end-of-options', objectId(baseSha), objectId(headSha), '--'];
  const options = { gitDir, maxBytes: MAX_FACTS_BYTES, timeoutMs: TIMEOUT_MS };
  const { stdout } = await runGit(['diff', ...SAFE_DIFF, '--raw', '--numstat', '-z', '--no-abbrev', ...range], options);
  return parseFileFacts(stdout);
}

/** Stores the difference between two commits of a mirror, as the review page reads it, while git prints it. */
export async function computeDiff(
  gitDir: string,
  { baseSha, headSha }: { baseSha: string; headSha: string },
  blobs: BlobStore,
  limits: PartLimits = PART_LIMITS,
): Promise<StoredChange> {
  const range = ['--end-of-options', objectId(baseSha), objectId(headSha), '--'];
  const options = { gitDir, maxBytes: MAX_FACTS_BYTES, timeoutMs: TIMEOUT_MS };
  const facts = await changedFiles(gitDir, { baseSha, headSha });
  const { blobId, files } = await writeDiff(blobs, MAX_DIFF_BYTES, async (sink) => {
    const reader = new PatchReader(
      sink,
      facts.map(({ sections }) => sections),
      limits,
    );
    await streamGit(['diff', ...SAFE_DIFF, ...PATCH, ...range], options, (output) => eachLine(output, reader));
    const patched = await reader.end();
    const pictures = await keepImages(facts, sink, gitDir);
    const files = facts.map((fact, index) => {
      const { sections: _sections, blobs: _blobs, ...file } = fact;
      const { parts, misleading } = patched[index] ?? { parts: [], misleading: 0 };
      const images = pictures.get(fact);
      return { ...file, ...(images && { images }), misleading, parts };
    });
    return { baseSha, headSha, files };
  });
  return {
    blobId,
    filesChanged: files.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    misleading: files.flatMap(({ path, misleading }) => (misleading > 0 || misleads(path) ? [path] : [])),
  };
}
