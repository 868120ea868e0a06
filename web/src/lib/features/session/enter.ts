import { leaveWorkspace } from '#lib/live/own-workspace.ts';
import { goto } from '$app/navigation';
import { isOwnPath } from './own-path.ts';

/** After a cookie was set: start from an empty workspace, so nothing of an earlier person stays, and go on. */
export async function enter(next: string): Promise<void> {
  leaveWorkspace();
  await goto(isOwnPath(next) ? next : '/', { replace: true });
}
