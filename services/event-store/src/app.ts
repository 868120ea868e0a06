import type { ServiceName } from '@claude-codex/contracts/services';
import type { CheckpointStore, EventStore } from '@claude-codex/eventing';
import type { Bus, Logger } from '@claude-codex/service-kit';
import { createHttpServer } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { serveCheckpoints } from './checkpoint-api.ts';
import { serveLog } from './log-api.ts';

export interface EventStoreDeps {
  store: EventStore;
  checkpoints: CheckpointStore;
  bus: Bus;
  log: Logger;
  /** The last position copied to NATS, where there is a relay. */
  relayed?: () => number;
  /** Why the log takes nothing at the moment; a full disk still lets readers read. */
  trouble?: () => string | null;
}

export const NAME = 'event-store' satisfies ServiceName;

/**
 * The log and the checkpoints of process managers, for every service that has no rights on the database. What was asked
 * before it stops is still answered.
 */
export function createEventStoreApp(deps: EventStoreDeps): ServiceApp {
  const { store, checkpoints, bus, log, relayed, trouble } = deps;
  const stops: (() => void)[] = [];
  const http = createHttpServer({
    log,
    ready: {
      database: async () => {
        await store.head();
      },
      bus: connected(bus),
    },
  });

  async function health(): Promise<{ ok: boolean; detail: string }> {
    try {
      const { position } = await store.head();
      const behind = relayed === undefined ? '' : `, relay ${Math.max(position - relayed(), 0)} behind`;
      const paused = (await checkpoints.list()).filter((manager) => manager.paused !== null);
      const reason = trouble?.() ?? null;
      if (reason !== null) return { ok: false, detail: `nothing can be recorded: ${reason}` };
      const standing = paused.map(({ name, paused }) => `; ${name} paused at ${paused?.position}`).join('');
      return { ok: paused.length === 0, detail: `${position} events${behind}${standing}` };
    } catch (error) {
      log.warn({ err: error }, 'health: the database cannot be read');
      return { ok: false, detail: 'the database cannot be read' };
    }
  }

  return {
    http,
    async start() {
      stops.push(
        serveLog({ bus, store, log, relayed }),
        serveCheckpoints(bus, checkpoints),
        serveHealth(bus, NAME, health),
      );
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      await http.close();
    },
  };
}
