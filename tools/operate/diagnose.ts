import { categoryOf, EVENT_TYPES } from '@claude-codex/contracts';
import { SNAPSHOT_DECIDERS } from '@claude-codex/domain/snapshot-deciders';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { reasonOf } from '@claude-codex/service-kit/operator-error';
import { compareSnapshots } from '@claude-codex/service-kit/pg/audit/compare-snapshots';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';
import { checkLogInvariants } from '@claude-codex/service-kit/pg/audit/log-invariants';
import { walkLog } from '@claude-codex/service-kit/pg/audit/walk-log';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { createPool, type Pool, type PoolClient } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { compareReadModels } from '../../services/projector/src/audit/compare-read-models.ts';
import { PROJECTIONS } from '../../services/projector/src/projections.ts';
import { checkModes } from './check-modes.ts';
import { checkNextSteps } from './check-next-steps.ts';
import { checkStreams, type StreamAccess } from './check-streams.ts';

export interface DiagnoseOptions {
  /** A login that owns the database or is a superuser. */
  connectionString: string;
  natsUrl?: string | undefined;
  /** To open streams as a browser does; without it they are not looked at. */
  streams?: StreamAccess | null;
  /** Of a server on this machine. */
  dataDir?: string | null;
  onFinding?: (finding: Finding) => void;
}

/** Every promise of the log and its copies, checked one after the other. Throws when the database cannot be reached. */
export async function diagnose({
  connectionString,
  natsUrl,
  streams = null,
  dataDir = null,
  onFinding,
}: DiagnoseOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (...found: Finding[]): void => {
    findings.push(...found);
    for (const finding of found) onFinding?.(finding);
  };
  const pool = createPool({ connectionString, name: 'doctor', statementTimeoutMs: 0, max: 2 });
  try {
    await inSnapshot(pool, async (client) => {
      add(...(await checkLogInvariants(client)));
      if (findings.some(({ id, ok }) => id === 'I1' && ok === false)) {
        const detail = 'the log has a gap, so it cannot be read from end to end';
        add({ id: 'chain', title: 'every event fits the hash chain of its workspace', ok: null, detail });
        add({ id: 'I6', title: 'read models are folds of their events', ok: null, detail });
        add({ id: 'I10', title: 'every task has somebody or something that goes on with it', ok: null, detail });
        return;
      }
      add(...(await walkLog(client)));
      const folderOf = (stream: string) => SNAPSHOT_DECIDERS[categoryOf(stream)];
      add(await compareSnapshots(client, createSchemaRegistry(EVENT_TYPES), folderOf));
      add(...(await compareReadModels(client, PROJECTIONS)));
      add(await checkNextSteps(client));
    });
    add(await checkNats(pool, natsUrl));
    add(await checkStandstill(pool));
    add(await checkStreams(pool, streams));
    add(await checkModes(dataDir));
  } finally {
    await pool.end();
  }
  return findings;
}

/** One snapshot for all of it: what is appended meanwhile is not looked at, and causes no false alarm. */
async function inSnapshot(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    await work(client);
  } finally {
    // Rolled back with the temporary tables.
    await client.query('rollback').finally(() => client.release());
  }
}

/** I7. */
async function checkNats(pool: Pool, natsUrl: string | undefined): Promise<Finding> {
  const id = 'I7';
  const title = 'NATS holds the same events at the same sequences';
  if (natsUrl === undefined || natsUrl === '') return { id, title, ok: null, detail: 'NATS_URL is not set' };
  const [{ connect }, { jetstreamManager }, { auditEventsStream }, { serversOf }] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
    import('@claude-codex/service-kit/nats/relay-audit'),
    import('@claude-codex/service-kit/nats/nats-bus'),
  ]);
  let connection: Awaited<ReturnType<typeof connect>>;
  try {
    connection = await connect({ ...serversOf(natsUrl), timeout: 5_000 });
  } catch (error) {
    // Somebody named it, so it should be there: what is not there holds nothing.
    return { id, title, ok: false, detail: `NATS cannot be reached (NATS_URL): ${reasonOf(error)}` };
  }
  try {
    const jsm = await jetstreamManager(connection);
    const difference = await auditEventsStream(jsm, (after, limit) => readEventRows(pool, after, limit));
    const detail = difference === null ? 'its ends and samples between' : JSON.stringify(difference);
    return { id, title, ok: difference === null, detail };
  } finally {
    await connection.close();
  }
}

async function checkStandstill(pool: Pool): Promise<Finding> {
  const projections = (await readProjectionStatus(pool)).filter(({ status }) => status === 'paused');
  const managers = (await createPgCheckpoints(pool).list()).filter(({ paused }) => paused !== null);
  const standing = [
    ...projections.map(({ name, position }) => `read model ${name} at ${position}`),
    ...managers.map(({ name, position }) => `${name} at ${position}`),
  ];
  return {
    id: 'runs',
    title: 'nothing stands still at an event it cannot digest',
    ok: standing.length === 0,
    detail: standing.length === 0 ? 'read models and process managers go on' : `${standing.join(', ')}; npm run resume`,
  };
}
