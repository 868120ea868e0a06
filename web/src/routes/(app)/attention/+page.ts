import { isFirstView } from '#lib/live/first-view.ts';
import { markdownLoader } from '#lib/ui/markdown-loader.svelte.ts';
import type { PageLoad } from './$types.d.ts';

/** What agents ask is Markdown: at the first view it is shown as such at once. */
export const load: PageLoad = async () => {
  // A renderer that does not come is asked for again by the part that needs it.
  if (isFirstView()) await Promise.allSettled([markdownLoader.load()]);
};
