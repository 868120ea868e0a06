import { idOf } from '@claude-codex/contracts';
import { foldByKey, type ReadModel } from '../read-model.ts';
import { foldRepository, isRepositoryEvent } from './fold-repository.ts';
import { readRepositories, writeRepositories } from './table.ts';

/** Connected repositories as lists and pages show them. */
export const repositoryModel: ReadModel = {
  tables: ['repository'],
  async handle(tx, events) {
    const related = events.filter(isRepositoryEvent);
    if (related.length === 0) return;
    const ids = [...new Set(related.map(({ stream }) => idOf(stream)))];
    const changed = foldByKey(await readRepositories(tx, ids), related, ({ stream }) => idOf(stream), foldRepository);
    if (changed.length > 0) await writeRepositories(tx, changed);
  },
};
