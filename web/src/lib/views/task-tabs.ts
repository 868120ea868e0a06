import type { Component } from 'svelte';
import type { TabId } from '#lib/features/task/tabs.ts';
import type { TaskFeed } from '#lib/live/task.svelte.ts';

export type Tab = Component<{ feed: TaskFeed }>;
/** Activity comes with the task's page itself. */
type LoadedTab = Exclude<TabId, 'activity'>;

const LOADERS: Readonly<Record<LoadedTab, () => Promise<{ default: Tab }>>> = {
  changes: () => import('#lib/features/changes/Changes.svelte'),
  documents: () => import('#lib/features/documents/Documents.svelte'),
  terminal: () => import('#lib/features/terminal/Terminal.svelte'),
  events: () => import('#lib/features/events/Events.svelte'),
};
const loaded = new Map<TabId, Tab>();

/** A tab whose code is here already, and so can be shown in the same frame. */
export function loadedTab(tab: TabId): Tab | undefined {
  return loaded.get(tab);
}

export async function loadTab(tab: LoadedTab): Promise<Tab> {
  const part = (await LOADERS[tab]()).default;
  loaded.set(tab, part);
  return part;
}
