import { hostname } from 'node:os';
import { newId } from '@claude-codex/service-kit/ids';
import { logLevel, natsAddress, port } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the orchestrator on its own. */
export const OrchestratorEnv = z.object({
  PORT: port(8088),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: logLevel,
  NATS_URL: natsAddress,
});
export type OrchestratorEnv = z.infer<typeof OrchestratorEnv>;

/** A name for the leases of this process: two of them are never the same owner. */
export function ownerName(): string {
  return `${hostname()}-${newId()}`;
}
