// The kinds of row that the frame and the board show are known before the first view is read: on the server a page's own
// modules come after that. Any other kind is read when its page is there.
import '#lib/features/attention/rows.ts';
import '#lib/features/repositories/rows.ts';
import { error, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/api/client.ts';
import { isFirstView } from '#lib/live/first-view.ts';
import { ownWorkspace } from '#lib/live/own-workspace.ts';
import type { LayoutLoad } from './$types.d.ts';

/** Nobody sees a page of the workspace before it is known who is asking. */
export const load: LayoutLoad = async ({ fetch, url }) => {
  const workspace = ownWorkspace();
  if (!workspace.session?.person) {
    const session = await workspace.loadSession(fetch).catch(refused);
    if (session.setupNeeded) redirect(307, '/setup');
    if (session.person === null) redirect(307, `/login?next=${encodeURIComponent(url.pathname + url.search)}`);
  }
  // A task's page reads its task first, and then what the frame shows.
  if (!url.pathname.startsWith('/tasks/')) {
    const reading = workspace.start(fetch);
    if (isFirstView()) await reading;
  }
  return { workspace };
};

/** Why nothing can be shown, in the words of the API. */
function refused(cause: unknown): never {
  if (cause instanceof ApiProblem) error(cause.status === 0 ? 503 : cause.status, { message: cause.detail });
  throw cause;
}
