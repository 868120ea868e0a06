import type { DiffIndex } from '@claude-codex/contracts';
import type { Fetch } from '#lib/api/client.ts';
import { changedFiles, changedLines, type WhichDiff } from '#lib/api/tasks.ts';
import type { FirstDiff, TaskFeed } from '#lib/live/task.svelte.ts';
import { roundToShow } from './round-to-show.ts';

/** Files of the first page: what a tree shows at once, in some 10 KB. */
export const FIRST_FILES = 200;
/** Lines of the first view, and the files they may come from. */
const ENOUGH_LINES = 60;
const MOST_FILES = 6;

/** Reads the diff the page begins with, against where the work started; without one it does nothing. */
export async function readFirstDiff(feed: TaskFeed, fetch: Fetch, chosen: string | null): Promise<void> {
  const review = feed.task === null ? null : roundToShow(feed.task, { chosen, reading: null });
  const changes = review?.changes ?? feed.task?.changes ?? null;
  if (changes === null) return;
  const which = { since: 'base', review: review?.id ?? null } as const;
  feed.firstDiff = { blobId: changes.diffBlobId, ...(await readBeginning(feed.id, which, fetch)) };
}

/** The first files, and the lines of as many of them as are in sight. */
export async function readBeginning(
  taskId: string,
  which: WhichDiff,
  fetch?: Fetch,
): Promise<Omit<FirstDiff, 'blobId'>> {
  const index = await changedFiles(taskId, which, { after: 0, limit: FIRST_FILES }, fetch);
  const parts = await Promise.all(inSight(index).map((path) => changedLines(taskId, which, { path, part: 0 }, fetch)));
  return { index, parts };
}

function inSight({ files }: DiffIndex): string[] {
  const paths: string[] = [];
  let lines = 0;
  for (const { path, parts } of files.slice(0, MOST_FILES)) {
    if (lines >= ENOUGH_LINES) break;
    if (parts[0] === undefined) continue;
    paths.push(path);
    lines += parts[0];
  }
  return paths;
}
