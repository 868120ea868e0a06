import { type Log, MAX_SNAPSHOT_LENGTH, type Snapshot, type SnapshotStore } from '@claude-codex/eventing';
import type pg from 'pg';

export interface PgSnapshots extends SnapshotStore {
  latest(stream: string, schemaVersion: number, commandId: string | null): Promise<Snapshot | null>;
  /** When everything that was to be kept is kept, or was given up. */
  idle(): Promise<void>;
}

const LATEST = {
  name: 'snapshot-latest',
  text: `select kept.version, kept.state, exists (select from es.command_result where command_id = $3) as answered
    from es.snapshot kept join es.stream s on s.id = kept.stream and s.version >= kept.version
    where kept.stream = $1 and kept.schema_version = $2`,
};
const KEEP = { name: 'snapshot-keep', text: 'select es.keep_snapshot($1, $2, $3, $4)' };

/** Snapshots in `es.snapshot`, beside the log and with no rights on it. */
export function createPgSnapshots({ pool, log }: { pool: Pick<pg.Pool, 'query'>; log: Log }): PgSnapshots {
  const underWay = new Set<Promise<void>>();

  async function write(stream: string, schemaVersion: number, version: number, json: string): Promise<void> {
    try {
      await pool.query({ ...KEEP, values: [stream, schemaVersion, version, json] });
    } catch (error) {
      log.warn({ err: error, stream, version }, 'a snapshot was not kept');
    }
  }

  return {
    async latest(stream, schemaVersion, commandId) {
      try {
        const { rows } = await pool.query<Snapshot>({ ...LATEST, values: [stream, schemaVersion, commandId] });
        return rows[0] ?? null;
      } catch (error) {
        // The stream itself is read next, and waits for a database that restarts.
        log.warn({ err: error, stream }, 'a snapshot could not be read');
        return null;
      }
    },
    keep(stream, schemaVersion, { version, state }) {
      const json = JSON.stringify(state);
      if (json.length > MAX_SNAPSHOT_LENGTH) {
        log.warn({ stream, version }, 'a snapshot is too large to be kept');
        return;
      }
      const writing = write(stream, schemaVersion, version, json);
      underWay.add(writing);
      void writing.finally(() => underWay.delete(writing));
    },
    async idle() {
      await Promise.all(underWay);
    },
  };
}
