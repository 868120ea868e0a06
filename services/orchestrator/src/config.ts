import { hostname } from 'node:os';
import { newId } from '@claude-codex/service-kit/ids';
import { serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the orchestrator on its own. */
export const OrchestratorEnv = z.object({
  ...serviceFields(8088),
});
export type OrchestratorEnv = z.infer<typeof OrchestratorEnv>;

/** A name for the leases of this process: two of them are never the same owner. */
export function ownerName(): string {
  return `${hostname()}-${newId()}`;
}
