import { workspace } from '#lib/live/workspace.svelte.ts';
import { goto } from '$app/navigation';
import { isOwnPath } from './own-path.ts';

/** After a cookie was set: start from an empty workspace, so nothing of an earlier person stays, and go on. */
export async function enter(next: string): Promise<void> {
  workspace.stop();
  await goto(isOwnPath(next) ? next : '/', { replaceState: true });
}
