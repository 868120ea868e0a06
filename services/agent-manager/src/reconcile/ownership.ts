import type { CheckpointStore, Clock, Log } from '@claude-codex/eventing';

export interface Ownership {
  /** Whether instances claimed under this manager id are ours to look after. */
  owns(managerId: string): boolean;
  /** Takes over from a manager whose lease ran out. */
  takeOver(managerId: string): Promise<void>;
  /** Gives back the leases of managers that have no instance left. */
  keepOnly(managerIds: ReadonlySet<string>): Promise<void>;
  stop(): Promise<void>;
}

const LEASE_MS = 6_000;
const RENEW_MS = 1_500;

interface Held {
  epoch: number;
}

/**
 * A manager proves that it lives by renewing a lease of its own name. Another one that finds the lease of a dead
 * manager free takes it, and with it the dead one's instances. `onLost` is called when our own lease went to somebody
 * else (we were paused for longer than it lasts): we must stop acting until we hold it again.
 */
export async function holdOwnership(options: {
  checkpoints: CheckpointStore;
  managerId: string;
  clock: Clock;
  log: Log;
  onLost: () => void;
}): Promise<Ownership> {
  const { checkpoints, managerId, clock, log, onLost } = options;
  const held = new Map<string, Held>();
  const stopping = new AbortController();

  async function acquire(name: string): Promise<boolean> {
    const lease = await checkpoints.acquire(leaseOf(name), managerId, LEASE_MS);
    if (lease === null) return false;
    held.set(name, { epoch: lease.epoch });
    return true;
  }

  async function renew(): Promise<void> {
    for (const [name, { epoch }] of held) {
      if (await checkpoints.renew(leaseOf(name), managerId, epoch, LEASE_MS)) continue;
      held.delete(name);
      log.warn({ managerId: name }, 'the lease of a manager went to another one');
      if (name === managerId) onLost();
    }
    if (!held.has(managerId)) await acquire(managerId);
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await renew();
      } catch (error) {
        log.warn({ err: error }, 'the lease of this manager could not be renewed; will retry');
      }
      await clock.sleep(RENEW_MS, stopping.signal);
    }
  })();

  return {
    owns: (name) => held.has(name),
    async takeOver(name) {
      if (!held.has(name) && (await acquire(name)))
        log.info({ managerId: name }, 'took over from a manager that is gone');
    },
    async keepOnly(managerIds) {
      for (const [name, { epoch }] of held) {
        if (name === managerId || managerIds.has(name)) continue;
        held.delete(name);
        await checkpoints.release(leaseOf(name), managerId, epoch);
      }
    },
    async stop() {
      stopping.abort();
      await running;
      for (const [name, { epoch }] of held) await checkpoints.release(leaseOf(name), managerId, epoch);
    },
  };
}

function leaseOf(managerId: string): string {
  return `manager:${managerId}`;
}
