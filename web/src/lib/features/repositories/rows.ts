import type { RepositoryView } from '@claude-codex/contracts';
import { repositoryRow } from '@claude-codex/contracts/live/repository';
import { liveKind } from '#lib/live/live-rows.svelte.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';

const kind = liveKind<RepositoryView>({
  row: repositoryRow,
  listed: ({ status }) => status !== 'removed',
  order: (a, b) => a.name.localeCompare(b.name),
});

/** The connected ones, by name. */
export function repositoriesOf(workspace: Workspace): readonly RepositoryView[] {
  return workspace.rows(kind).list;
}

/** One of them, also when it was removed meanwhile. */
export function repositoryOf(workspace: Workspace, id: string): RepositoryView | undefined {
  return workspace.rows(kind).get(id);
}
