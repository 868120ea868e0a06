import { boardTextAt } from '@claude-codex/gateway/history/board-at';
import { createPastReads } from '@claude-codex/gateway/history/past-reads';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { type LoadResult, percentiles } from './append-load.ts';

/** Boards of random positions, one after the other, as somebody who drags a slider asks for them. */
export async function scrubBoard(connectionString: string, positions: number, asks: number): Promise<LoadResult> {
  const pool = createPool({ connectionString, name: 'bench-gateway', role: 'codex_gateway' });
  try {
    const { rows } = await pool.query<{ workspace_id: string }>(
      'select workspace_id from read.task group by workspace_id order by count(*) desc limit 1',
    );
    const workspaceId = rows[0]?.workspace_id ?? '';
    const past = createPastReads(pool);
    const times: number[] = [];
    const started = performance.now();
    for (let ask = 0; ask < asks; ask += 1) {
      const before = performance.now();
      await boardTextAt(past, { workspaceId, position: 1 + Math.floor(Math.random() * positions), perColumn: 100 });
      times.push(performance.now() - before);
    }
    const perSecond = (asks / (performance.now() - started)) * 1_000;
    times.sort((a, b) => a - b);
    return { count: asks, perSecond, ...percentiles(times) };
  } finally {
    await pool.end();
  }
}
