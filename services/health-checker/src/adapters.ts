import type { EventStore } from '@claude-codex/eventing';
import type { Bus, Logger } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { Redis } from 'ioredis';
import { NAME } from './app.ts';
import type { HealthCheckerEnv } from './config.ts';
import { natsTarget } from './probes/nats.ts';
import { postgresTarget } from './probes/postgres.ts';
import { redisTarget } from './probes/redis.ts';
import { runtimeTarget } from './probes/runtime.ts';
import { modelProviderTarget, serviceTarget } from './probes/services.ts';
import { NEARBY, type Target } from './target.ts';

export interface Adapters {
  bus: Bus;
  store: EventStore;
  targets: Target[];
  close(): Promise<void>;
}

/** Opens what the service runs on when it is a process of its own, and a connection to everything it watches. */
export async function openAdapters(env: HealthCheckerEnv, log: Logger): Promise<Adapters> {
  const bus = await connectNatsBus({ url: env.NATS_URL, name: NAME, log });
  const targets = [
    ...env.CODEX_SERVICES.map((name) => serviceTarget(bus, name)),
    natsTarget(bus, NAME),
    runtimeTarget(bus),
    modelProviderTarget(bus),
  ];
  const closing: (() => Promise<unknown>)[] = [];
  const onError = (error: Error) => log.debug({ err: error }, 'a watched connection broke');
  if (env.DATABASE_URL !== undefined) {
    const limits = { max: 1, statementTimeoutMs: NEARBY.offlineMs };
    const pool = createPool({ connectionString: env.DATABASE_URL, name: NAME, ...limits, onError });
    targets.push(postgresTarget(pool));
    closing.push(() => pool.end());
  }
  if (env.REDIS_URL !== undefined) {
    const redis = new Redis(env.REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 0, enableOfflineQueue: true });
    redis.on('error', onError);
    targets.push(redisTarget(redis));
    closing.push(async () => redis.disconnect());
  }
  return {
    bus,
    store: createBusEventStore({ bus, log }),
    targets,
    async close() {
      for (const close of closing) await close();
      await bus.close();
    },
  };
}
