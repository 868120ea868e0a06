import type { ReadModel } from '../read-model.ts';
import { keepHistory } from './keep-history.ts';

/** What tasks and boards were, for pages of the past. Comes last: it reads what the others have just written. */
export const historyModel: ReadModel = {
  tables: ['task_history', 'board_history'],
  async handle(tx, events) {
    const last = events.at(-1);
    if (last !== undefined) await keepHistory(tx, last.position);
  },
};
