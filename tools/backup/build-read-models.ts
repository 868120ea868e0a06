import { EVENT_TYPES } from '@claude-codex/contracts';
import type { Log } from '@claude-codex/eventing';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus, systemClock } from '@claude-codex/service-kit';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { PROJECTIONS } from '../../services/projector/src/projections.ts';

const BATCH = 2_000;
const LOOK_MS = 100;

/**
 * Folds the whole log into read models, so that a server shows everything from its first second on. Gives the names of
 * those that stopped at an event they cannot digest. After an abort, all: the server's start does the rest.
 */
export async function buildReadModels(
  connectionString: string,
  position: number,
  { log, signal, onProgress }: { log: Log; signal: AbortSignal; onProgress: (share: number) => void },
): Promise<string[]> {
  const pool = createPool({ connectionString, name: 'restore', role: 'codex_projector', statementTimeoutMs: 0 });
  const bus = createInProcessBus();
  const registry = createSchemaRegistry(EVENT_TYPES);
  const runner = runProjections({
    pool,
    projections: PROJECTIONS,
    registry,
    bus,
    clock: systemClock,
    log,
    batchSize: BATCH,
  });
  try {
    while (!signal.aborted) {
      const rows = await readProjectionStatus(pool);
      const paused = rows.filter(({ status }) => status === 'paused');
      const behind = PROJECTIONS.length * position - rows.reduce((sum, row) => sum + row.position, 0);
      const ended = rows.filter((row) => row.status === 'paused' || row.position >= position);
      if (ended.length === PROJECTIONS.length) return paused.map(({ name }) => name);
      onProgress(1 - behind / Math.max(PROJECTIONS.length * position, 1));
      await systemClock.sleep(LOOK_MS, signal);
    }
    return PROJECTIONS.map(({ name }) => name);
  } finally {
    await runner.stop();
    await pool.end();
    await bus.close();
  }
}
