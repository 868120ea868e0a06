import { hostname } from 'node:os';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { absolutePath, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the orchestrator on its own. */
export const OrchestratorEnv = z.object({
  ...serviceFields(8088),
  CODEX_DATA_DIR: absolutePath,
});
export type OrchestratorEnv = z.infer<typeof OrchestratorEnv>;

/** A name for the leases of this process: two of them are never the same owner. */
export function ownerName(): string {
  return `${hostname()}-${newId()}`;
}

/** The only directory it uses: what it knows of the log, so that it need not read all of it at its next start. */
export function directoryIn(dataDir: string): string {
  return join(dataDir, 'orchestrator');
}
