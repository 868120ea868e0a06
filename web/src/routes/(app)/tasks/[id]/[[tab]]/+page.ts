import { hasFirstRead } from '#lib/api/first-reads.ts';
import { isTab } from '#lib/features/task/tabs.ts';
import { TaskFeed } from '#lib/live/task.svelte.ts';
import { markdownLoader } from '#lib/ui/markdown-loader.svelte.ts';
import { loadTab } from '#lib/views/task-tabs.ts';

/**
 * A task whose answers came with the page is read before anything is shown, so that it is laid out once and whole. Every
 * other one shows its frame at once and reads then: `feed` is null.
 */
export async function load({ params }: { params: { id: string; tab?: string } }): Promise<{ feed: TaskFeed | null }> {
  const { id, tab = 'activity' } = params;
  if (!isTab(tab) || !(await hasFirstRead(`/api/tasks/${id}`))) return { feed: null };
  const feed = new TaskFeed(id, tab === 'activity');
  // Code that does not come is asked for again, and said to be missing, by the part that needs it.
  await Promise.allSettled([feed.open(), tab === 'activity' ? markdownLoader.load() : loadTab(tab)]);
  return { feed };
}
