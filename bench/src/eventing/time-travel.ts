import { boardTextAt } from '@claude-codex/gateway/history/board-at';
import { createPastReads } from '@claude-codex/gateway/history/past-reads';
import { taskAt } from '@claude-codex/gateway/history/task-at';
import { createEventLog } from '@claude-codex/gateway/reads/event-log';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { type LoadResult, percentiles } from './append-load.ts';

interface Moment {
  position: number;
  workspaceId: string;
  /** The task of the event at this position. */
  taskId: string;
}

export interface TimeTravel {
  boards: LoadResult;
  tasks: LoadResult;
}

/**
 * Boards and tasks as of random positions, one after the other, as somebody who drags a slider asks for them: each in
 * the workspace where something happened at that moment.
 */
export async function timeTravel(connectionString: string, positions: number, asks: number): Promise<TimeTravel> {
  const pool = createPool({ connectionString, name: 'bench-gateway', role: 'codex_gateway' });
  try {
    const past = createPastReads(pool);
    const eventLog = createEventLog(pool);
    const wanted = Array.from({ length: asks }, () => 1 + Math.floor(Math.random() * positions));
    const { rows: moments } = await pool.query<Moment>(
      `select position, workspace_id as "workspaceId", task_id as "taskId" from read.task_event
        where position = any($1)`,
      [wanted],
    );
    return {
      boards: await oneAfterTheOther(moments, ({ position, workspaceId }) =>
        boardTextAt(past, { workspaceId, position, perColumn: 100 }),
      ),
      tasks: await oneAfterTheOther(moments, (moment) => taskAt({ past, eventLog }, moment)),
    };
  } finally {
    await pool.end();
  }
}

async function oneAfterTheOther(
  moments: readonly Moment[],
  ask: (moment: Moment) => Promise<unknown>,
): Promise<LoadResult> {
  const times: number[] = [];
  const started = performance.now();
  for (const moment of moments) {
    const before = performance.now();
    await ask(moment);
    times.push(performance.now() - before);
  }
  const perSecond = (times.length / (performance.now() - started)) * 1_000;
  times.sort((a, b) => a - b);
  return { count: times.length, perSecond, ...percentiles(times) };
}
