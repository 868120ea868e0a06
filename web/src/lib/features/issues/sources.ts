import type { RepositoryView } from '@claude-codex/contracts';
import { repositoriesOf } from '#lib/features/repositories/rows.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';

/** The repositories that have issues: those reached through a forge. */
export function withIssues(workspace: Workspace): readonly RepositoryView[] {
  return repositoriesOf(workspace).filter(({ source }) => source.kind === 'forge');
}

/** An issue that a text names by its address. */
export interface NamedIssue {
  readonly repository: RepositoryView;
  readonly number: number;
  /** What else the text says. */
  readonly rest: string;
}

const ADDRESS = /^(https?:\/\/\S+?)\/issues\/([1-9]\d{0,8})(?:[#?]\S*)?$/;

/** The issue whose address is the first line of a text, as one pastes it; null when it is of none of the repositories. */
export function namedIssue(text: string, repositories: readonly RepositoryView[]): NamedIssue | null {
  const [first = '', ...rest] = text.trim().split('\n');
  const [, place = '', number = ''] = ADDRESS.exec(first.trim()) ?? [];
  const repository = repositories.find(
    ({ source }) => source.kind === 'forge' && pageOf(source.url) === place.toLowerCase(),
  );
  if (place === '' || repository === undefined) return null;
  return { repository, number: Number(number), rest: rest.join('\n').trim() };
}

/** Where people look at a repository, from where git finds it. */
function pageOf(cloneUrl: string): string {
  return cloneUrl.replace(/\.git$/, '').toLowerCase();
}
