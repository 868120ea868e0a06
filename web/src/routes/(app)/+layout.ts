import { redirect } from '@sveltejs/kit';
import { hasFirstRead } from '#lib/api/first-reads.ts';
import { workspace } from '#lib/live/workspace.svelte.ts';

/** Nobody sees a page of the workspace before it is known who is asking. */
export async function load({ url }: { url: URL }): Promise<void> {
  if (workspace.session?.person) return;
  const session = await workspace.loadSession();
  if (session.setupNeeded) redirect(307, '/setup');
  if (session.person === null) redirect(307, `/login?next=${encodeURIComponent(url.pathname + url.search)}`);
  // A task's page reads its task first and starts the rest itself; an address that only looks like one waits a moment.
  if (url.pathname.startsWith('/tasks/')) setTimeout(() => void workspace.start(), 2000);
  else {
    const whole = await hasFirstRead('/api/board?perColumn=100');
    const started = workspace.start();
    // Its answers came with the page: shown once and whole instead of as a frame first.
    if (whole) await started;
  }
}
