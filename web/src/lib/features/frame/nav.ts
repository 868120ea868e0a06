import { repositoriesOf } from '#lib/features/repositories/rows.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';
import type { IconName } from '#lib/ui/icons.ts';
import { text } from './strings.ts';

export interface NavItem {
  readonly href: string;
  readonly title: string;
  readonly icon: IconName;
  readonly key: string;
  /** Only where a repository is reached through a forge. */
  readonly atForge?: true;
}

/** The pages there are; `g` and then `key` goes there. */
export const NAV: readonly NavItem[] = [
  { href: '/', title: text.board, icon: 'board', key: 'b' },
  { href: '/attention', title: text.attention, icon: 'inbox', key: 'a' },
  { href: '/issues', title: text.issues, icon: 'issue', key: 'i', atForge: true },
  { href: '/repositories', title: text.repositories, icon: 'repo', key: 'r' },
  { href: '/health', title: text.health, icon: 'pulse', key: 'h' },
  { href: '/settings', title: text.settings, icon: 'settings', key: 's' },
];

/** The pages that have something to show here. */
export function pagesIn(workspace: Workspace): readonly NavItem[] {
  const hasForge = repositoriesOf(workspace).some(({ source }) => source.kind === 'forge');
  return NAV.filter(({ atForge }) => hasForge || atForge === undefined);
}

/** A task belongs to the board. */
export function isCurrent(href: string, path: string): boolean {
  return href === '/' ? path === '/' || path.startsWith('/tasks/') : path.startsWith(href);
}

/** On a phone the issues of a repository are reached from it, and have no place of their own in the bar. */
export function isCurrentInBar(href: string, path: string): boolean {
  return isCurrent(href, path) || (href === '/repositories' && path.startsWith('/issues'));
}
