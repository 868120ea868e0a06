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
  PORT: z.coerce.number().int().min(0).max(65_535).default(8087),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  NATS_URL: z.string().min(1, 'must be a nats:// address'),
  /** Watched when set; any login that may connect. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
  /** Watched when set. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
  /** Our own services that run here. */
  CODEX_SERVICES: serviceNames,
});
export type HealthCheckerEnv = z.infer<typeof HealthCheckerEnv>;
