import { isServiceName, SERVICES } from '@claude-codex/contracts/services';
import { postgresAddress, redisAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

const serviceNames = z
  .string()
  .regex(/^[a-z-]+(,[a-z-]+)*$/, 'must be service names separated by commas')
  .transform((names) => names.split(','))
  .refine((names) => names.every(isServiceName), `may name ${SERVICES.join(', ')}`)
  .transform((names) => names.filter(isServiceName))
  .optional();

/** Settings of the health checker on its own. */
export const HealthCheckerEnv = z.object({
  ...serviceFields(8087),
  /** Watched when set; any login that may connect. */
  DATABASE_URL: postgresAddress.optional(),
  /** Watched when set. */
  REDIS_URL: redisAddress.optional(),
  /** Our own services that run here, where not all of them do. */
  CODEX_SERVICES: serviceNames,
});
export type HealthCheckerEnv = z.infer<typeof HealthCheckerEnv>;
