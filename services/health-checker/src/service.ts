import { SERVICES } from '@claude-codex/contracts/services';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { defineService } from '@claude-codex/service-kit/service';
import { Redis } from 'ioredis';
import { createHealthCheckerApp, NAME } from './app.ts';
import { HealthCheckerEnv } from './config.ts';
import { natsTarget } from './probes/nats.ts';
import { postgresTarget } from './probes/postgres.ts';
import { redisTarget } from './probes/redis.ts';
import { runtimeTarget } from './probes/runtime.ts';
import { modelProviderTarget, serviceTarget } from './probes/services.ts';
import { NEARBY } from './target.ts';

export const service = defineService({
  name: NAME,
  env: HealthCheckerEnv,
  /** A connection to everything it watches. */
  async open(env, { bus, log, atEnd }) {
    const targets = [
      ...(env.CODEX_SERVICES ?? SERVICES).map((name) => serviceTarget(bus, name)),
      natsTarget(bus, NAME),
      runtimeTarget(bus),
      modelProviderTarget(bus),
    ];
    const onError = (error: Error) => log.debug({ err: error }, 'a watched connection broke');
    if (env.DATABASE_URL !== undefined) {
      const limits = { max: 1, statementTimeoutMs: NEARBY.offlineMs };
      const pool = createPool({ connectionString: env.DATABASE_URL, name: NAME, ...limits, onError });
      targets.push(postgresTarget(pool));
      atEnd('watched database', () => pool.end());
    }
    if (env.REDIS_URL !== undefined) {
      const redis = new Redis(env.REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 0, enableOfflineQueue: true });
      redis.on('error', onError);
      targets.push(redisTarget(redis));
      atEnd('watched queue', () => redis.disconnect());
    }
    return { bus, store: createBusEventStore({ bus, log }), targets, log };
  },
  create: createHealthCheckerApp,
});
