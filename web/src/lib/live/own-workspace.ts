import { browser } from '$app/env';
import { Workspace } from './workspace.svelte.ts';

let own: Workspace | null = null;

/** The tab's one workspace. On the server a new one each time: what one person may see never meets another's page. */
export function ownWorkspace(): Workspace {
  if (!browser) return new Workspace();
  own ??= new Workspace();
  return own;
}

/** Forgets everything, for another person at the same browser. */
export function leaveWorkspace(): void {
  own?.stop();
  own = null;
}
