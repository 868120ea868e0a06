/** The tabs of a task page, in order; the address keeps which one is open. */
export const TABS = [
  { id: 'activity', title: 'Activity' },
  { id: 'changes', title: 'Changes' },
  { id: 'documents', title: 'Plan & documents' },
  { id: 'terminal', title: 'Terminal' },
  { id: 'events', title: 'Events' },
] as const;
export type TabId = (typeof TABS)[number]['id'];

export function isTab(value: string): value is TabId {
  return TABS.some((tab) => tab.id === value);
}

export function taskHref(id: string, tab: TabId = 'activity'): string {
  return tab === 'activity' ? `/tasks/${id}` : `/tasks/${id}/${tab}`;
}

/** The changes that this review is about: of several attempts each has its own. */
export function reviewHref(taskId: string, reviewId: string): string {
  return `${taskHref(taskId, 'changes')}?review=${reviewId}`;
}
