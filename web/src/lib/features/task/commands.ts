import type { TaskViewState } from '@claude-codex/contracts';
import type { IconName } from '#lib/ui/icons.ts';
import { isEnded } from './state.ts';

export interface TaskMenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  readonly danger?: boolean;
}

/** What can be done with a task in this state; nothing that the server would refuse. */
export function commandsFor(state: TaskViewState): TaskMenuItem[] {
  const items: TaskMenuItem[] = [];
  if (state === 'draft') items.push({ id: 'execute', label: 'Start', icon: 'play' });
  if (state === 'paused') items.push({ id: 'resume', label: 'Resume', icon: 'play' });
  if (state === 'failed' || state === 'cancelled') items.push({ id: 'retry', label: 'Retry', icon: 'retry' });
  if (!isEnded(state) && state !== 'draft' && state !== 'paused' && state !== 'merging') {
    items.push({ id: 'pause', label: 'Pause', icon: 'pause' });
  }
  if (!isEnded(state) && state !== 'draft' && state !== 'merging')
    items.push({ id: 'cancel', label: 'Cancel task', icon: 'slash', danger: true });
  if (isEnded(state) || state === 'draft')
    items.push({ id: 'delete', label: 'Delete task', icon: 'trash', danger: true });
  return items;
}
