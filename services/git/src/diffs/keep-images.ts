import type { StoredImages } from '@claude-codex/service-kit/diffs/layout';
import type { DiffSink } from '@claude-codex/service-kit/diffs/write-diff';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { objectId } from '@claude-codex/service-kit/git/names';
import { type RunGitOptions, runGit } from '@claude-codex/service-kit/git/run-git';
import type { FileFacts } from './file-facts.ts';

/** What browsers show as a picture and can run nothing of. SVG is text: it is shown as lines. */
const NAMED_AS_IMAGE = /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i;
const LARGEST_BYTES = 4 * 1024 ** 2;
/** Each side is a call of git; beyond so many a change is not looked at picture by picture. */
const MOST_IMAGES = 200;
/** A link or a submodule of such a name has no picture. */
const PLAIN_FILE = /^100/;

/** Keeps the old and the new content of changed images with the diff, and says for each file where. */
export async function keepImages(
  facts: readonly FileFacts[],
  sink: DiffSink,
  gitDir: string,
): Promise<ReadonlyMap<FileFacts, StoredImages>> {
  const kept = new Map<FileFacts, StoredImages>();
  const keep = async (hash: string | null, mode: string | null) => {
    if (hash === null || mode === null || !PLAIN_FILE.test(mode)) return null;
    const content = await contentOf(hash, { gitDir, maxBytes: LARGEST_BYTES });
    return content === null ? null : sink.write(content);
  };
  for (const file of facts) {
    if (!file.binary || !NAMED_AS_IMAGE.test(file.path) || kept.size === MOST_IMAGES) continue;
    const before = await keep(file.blobs.old, file.oldMode);
    kept.set(file, { old: before, new: await keep(file.blobs.new, file.newMode) });
  }
  return kept;
}

/** Null: it is too large to be kept. */
async function contentOf(hash: string, options: RunGitOptions): Promise<Buffer | null> {
  try {
    return (await runGit(['cat-file', 'blob', objectId(hash)], options)).stdout;
  } catch (error) {
    if (error instanceof GitError && error.code === 'GIT_OUTPUT_TOO_LARGE') return null;
    throw error;
  }
}
