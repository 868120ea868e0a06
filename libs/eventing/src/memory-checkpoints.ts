import type { Clock } from './clock.ts';
import type { CheckpointStore, PauseReason } from './event-store.ts';

interface Row {
  position: number;
  epoch: number;
  owner: string | null;
  until: number;
  paused: PauseReason | null;
}

/** Checkpoints and leases in memory, by the given clock. */
export function createMemoryCheckpoints(clock: Pick<Clock, 'now'> = { now: () => Date.now() }): CheckpointStore {
  const rows = new Map<string, Row>();

  function rowOf(name: string): Row {
    const row = rows.get(name) ?? { position: 0, epoch: 0, owner: null, until: 0, paused: null };
    rows.set(name, row);
    return row;
  }

  return {
    async acquire(name, owner, ttlMs) {
      const row = rowOf(name);
      const now = clock.now();
      if (row.paused !== null) return null;
      if (row.owner !== null && row.owner !== owner && row.until > now) return null;
      row.epoch += 1;
      row.owner = owner;
      row.until = now + ttlMs;
      return { epoch: row.epoch, position: row.position };
    },
    async renew(name, owner, epoch, ttlMs) {
      const row = rowOf(name);
      if (row.owner !== owner || row.epoch !== epoch) return false;
      row.until = clock.now() + ttlMs;
      return true;
    },
    async save(name, epoch, position) {
      const row = rowOf(name);
      if (row.epoch !== epoch) return false;
      row.position = Math.max(row.position, position);
      return true;
    },
    async release(name, owner, epoch) {
      const row = rowOf(name);
      if (row.owner !== owner || row.epoch !== epoch) return;
      row.owner = null;
      row.until = 0;
    },
    async pause(name, epoch, reason) {
      const row = rowOf(name);
      if (row.epoch !== epoch) return false;
      Object.assign(row, { paused: reason, owner: null, until: 0 });
      return true;
    },
    async resume(name) {
      const row = rows.get(name);
      if (row === undefined || row.paused === null) return false;
      row.paused = null;
      return true;
    },
    async list() {
      return [...rows]
        .map(([name, { position, owner, paused }]) => ({ name, position, owner, paused }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
