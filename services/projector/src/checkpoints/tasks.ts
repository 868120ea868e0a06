import { costModel } from '../costs/project.ts';
import { historyModel } from '../history/project.ts';
import { combine } from '../read-model.ts';
import { taskModel } from '../tasks/project.ts';

/** Raise the number when anything of it changes: the next start builds it anew. */
const VERSION = 15;

/** Tasks and all that is told of them. */
export const tasks = combine('tasks', VERSION, [taskModel, costModel, historyModel]);
