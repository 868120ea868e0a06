import type { ReadModel } from '../read-model.ts';
import { dayCosts } from './fold-costs.ts';
import { addDayCosts } from './table.ts';

/** Money and tokens by day. */
export const costModel: ReadModel = {
  tables: ['cost_day'],
  async handle(tx, events) {
    await addDayCosts(tx, dayCosts(events));
  },
};
