import { readFirstDiff } from '#lib/features/changes/first-diff.ts';
import { isTab } from '#lib/features/task/tabs.ts';
import { isFirstView } from '#lib/live/first-view.ts';
import { TaskFeed } from '#lib/live/task.svelte.ts';
import { markdownLoader } from '#lib/ui/markdown-loader.svelte.ts';
import { loadTab } from '#lib/views/task-tabs.ts';
import type { PageLoad } from './$types.d.ts';

/** At the first view the task is read before anything is shown; later its frame is shown at once: `feed` is null. */
export const load: PageLoad = async ({ params, fetch, url, untrack }): Promise<{ feed: TaskFeed | null }> => {
  const { id, tab = 'activity' } = params;
  const chosen = untrack(() => url.searchParams.get('review'));
  if (!isTab(tab) || !isFirstView()) return { feed: null };
  const feed = new TaskFeed(id, tab === 'activity');
  const read = async () => {
    await feed.open(fetch);
    if (tab === 'changes') await readFirstDiff(feed, fetch, chosen);
  };
  // Whatever does not come is asked for again, and said to be missing, by the part that needs it.
  await Promise.allSettled([read(), tab === 'activity' ? markdownLoader.load() : loadTab(tab)]);
  return { feed };
};
