import type { RepositoryView } from '../api/views/repository.ts';
import { liveRow } from './live-row.ts';

/** A removed repository stays, with that status: tasks still name it. */
export const repositoryRow = liveRow<RepositoryView>({
  kind: 'repository',
  table: 'workspace_row',
  seenIn: 'workspace',
  gone: 'repository_removed',
});
