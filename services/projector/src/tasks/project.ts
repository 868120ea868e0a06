import { needsMember, taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { writeRows } from '../live/rows.ts';
import type { ReadModel } from '../read-model.ts';
import { movedBetweenColumns, writeColumnCounts } from './column-counts.ts';
import { rowsOf } from './rows.ts';
import { readMembers, readTasks, writeMembers, writeTaskEvents, writeTasks } from './table.ts';

/** Tasks with all that belongs to them: their page, instances and what of them waits for a person. */
export const taskModel: ReadModel = {
  tables: ['task', 'column_count', 'task_member', 'task_event', 'task_row'],
  async handle(tx, events) {
    const related = events.filter(isTaskRelated);
    if (related.length === 0) return;
    const unnamed = new Set(related.filter((event) => needsMember(event)).map(({ stream }) => stream));
    const members = await readMembers(tx, [...unnamed]);
    const ids = new Set([
      ...related.map((event) => taskNamedBy(event)).filter((id) => id !== null),
      ...members.values(),
    ]);
    const known = await readTasks(tx, [...ids]);
    const batch = foldBatch(known, members, related);

    await writeTasks(tx, batch.tasks);
    await writeColumnCounts(tx, movedBetweenColumns(known, batch.tasks));
    await writeRows(tx, 'task_row', rowsOf(batch));
    await writeMembers(tx, batch.members);
    await writeTaskEvents(tx, batch.events);
  },
};
