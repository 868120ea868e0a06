import { idOf } from '@claude-codex/contracts';
import { foldByKey, type ReadModel } from '../read-model.ts';
import { foldService, isServiceEvent } from './fold-service.ts';
import { readServices, writeServices } from './table.ts';

/** What the installation and its workspaces depend on, and how it is. */
export const serviceModel: ReadModel = {
  tables: ['service'],
  async handle(tx, events) {
    const related = events.filter(isServiceEvent);
    if (related.length === 0) return;
    const ids = [...new Set(related.map(({ stream }) => idOf(stream)))];
    const changed = foldByKey(await readServices(tx, ids), related, ({ stream }) => idOf(stream), foldService);
    if (changed.length > 0) await writeServices(tx, changed);
  },
};
