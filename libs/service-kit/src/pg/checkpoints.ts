import type { CheckpointStore, ProcessManagerStatus } from '@claude-codex/eventing';
import type pg from 'pg';

/**
 * Checkpoints of process managers in Postgres. Leases run by the database's clock, so machines whose clocks differ
 * agree on who holds one.
 */
export function createPgCheckpoints(pool: Pick<pg.Pool, 'query'>): CheckpointStore {
  async function affects(name: string, text: string, values: unknown[]): Promise<boolean> {
    const { rowCount } = await pool.query({ name, text, values });
    return rowCount === 1;
  }

  return {
    async acquire(name, owner, ttlMs) {
      const { rows } = await pool.query<{ epoch: number; position: number }>({
        name: 'checkpoint-acquire',
        text: `insert into es.process_manager as pm (name, owner, epoch, lease_until)
          values ($1, $2, 1, clock_timestamp() + $3::int * interval '1 ms')
          on conflict (name) do update set owner = $2, epoch = pm.epoch + 1, lease_until = excluded.lease_until
          where pm.paused is null and (pm.owner is null or pm.owner = $2 or pm.lease_until <= clock_timestamp())
          returning epoch, position`,
        values: [name, owner, ttlMs],
      });
      return rows[0] ?? null;
    },
    renew: (name, owner, epoch, ttlMs) =>
      affects(
        'checkpoint-renew',
        `update es.process_manager set lease_until = clock_timestamp() + $4::int * interval '1 ms'
          where name = $1 and owner = $2 and epoch = $3`,
        [name, owner, epoch, ttlMs],
      ),
    save: (name, epoch, position) =>
      affects(
        'checkpoint-save',
        'update es.process_manager set position = greatest(position, $3) where name = $1 and epoch = $2',
        [name, epoch, position],
      ),
    async release(name, owner, epoch) {
      await affects(
        'checkpoint-release',
        'update es.process_manager set owner = null, lease_until = null where name = $1 and owner = $2 and epoch = $3',
        [name, owner, epoch],
      );
    },
    pause: (name, epoch, reason) =>
      affects(
        'checkpoint-pause',
        'update es.process_manager set paused = $3, owner = null, lease_until = null where name = $1 and epoch = $2',
        [name, epoch, reason],
      ),
    resume: (name) =>
      affects(
        'checkpoint-resume',
        'update es.process_manager set paused = null where name = $1 and paused is not null',
        [name],
      ),
    async list() {
      const { rows } = await pool.query<ProcessManagerStatus>({
        name: 'checkpoint-list',
        text: 'select name, position, owner, paused from es.process_manager order by name collate "C"',
      });
      return rows;
    },
  };
}
