import { SERVICES } from '@claude-codex/contracts/services';
import { logLevel, natsAddress, port, postgresAddress, redisAddress } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

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
