export { createHealthCheckerApp, type HealthCheckerDeps } from './app.ts';
export { HealthCheckerEnv } from './config.ts';
export { natsTarget } from './probes/nats.ts';
export { postgresTarget } from './probes/postgres.ts';
export { redisTarget } from './probes/redis.ts';
export { runtimeTarget } from './probes/runtime.ts';
export { modelProviderTarget, serviceTarget } from './probes/services.ts';
export type { Target } from './target.ts';
