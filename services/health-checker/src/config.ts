import { logLevel, natsAddress, port, postgresAddress, redisAddress } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Every service of a team installation that answers on the bus. */
export const SERVICES = [
  'gateway',
  'event-store',
  'projector',
  'orchestrator',
  'agent-manager',
  'egress',
  'mcp',
  'github-sync',
  'health-checker',
] as const;

const serviceNames = z
  .string()
  .regex(/^[a-z-]+(,[a-z-]+)*$/, 'must be service names separated by commas')
  .default(SERVICES.join(','))
  .transform((names) => names.split(','));

/** Settings of the health checker on its own. */
export const HealthCheckerEnv = z.object({
  PORT: port(8087),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: logLevel,
  NATS_URL: natsAddress,
  /** Watched when set; any login that may connect. */
  DATABASE_URL: postgresAddress.optional(),
  /** Watched when set. */
  REDIS_URL: redisAddress.optional(),
  /** Our own services that run here. */
  CODEX_SERVICES: serviceNames,
});
export type HealthCheckerEnv = z.infer<typeof HealthCheckerEnv>;
