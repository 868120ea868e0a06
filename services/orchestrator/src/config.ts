import { hostname } from 'node:os';
import { newId } from '@claude-codex/service-kit/ids';
import { z } from 'zod';

/** Settings of the orchestrator on its own. */
export const OrchestratorEnv = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8088),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  NATS_URL: z.string().min(1, 'must be a nats:// address'),
});
export type OrchestratorEnv = z.infer<typeof OrchestratorEnv>;

/** A name for the leases of this process: two of them are never the same owner. */
export function ownerName(): string {
  return `${hostname()}-${newId()}`;
}
