import type { Fetch } from '#lib/api/client.ts';
import { taskChanges } from '#lib/api/tasks.ts';
import type { TaskFeed } from '#lib/live/task.svelte.ts';

/** Reads the diff the page begins with, the newest round's against where the work started; without one it does nothing. */
export async function readFirstDiff(feed: TaskFeed, fetch: Fetch): Promise<void> {
  const review = feed.task?.reviews.findLast(({ subject }) => subject === 'changes');
  const changes = review?.changes ?? feed.task?.changes ?? null;
  if (changes === null) return;
  const diff = await taskChanges(feed.id, 'base', review?.round ?? null, fetch);
  feed.firstDiff = { blobId: changes.diffBlobId, diff };
}
