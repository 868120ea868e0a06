import { workspace } from '#lib/live/workspace.svelte.ts';
import { goto } from '$app/navigation';

/** After a cookie was set: start from an empty workspace, so nothing of an earlier person stays, and go on. */
export async function enter(next: string): Promise<void> {
  workspace.stop();
  await goto(isOwnPath(next) ? next : '/', { replaceState: true });
}

/** Only addresses of this site: `//other.host` and `https:` would lead away after signing in. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}
