import { absolutePath, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** Settings of the MCP service on its own. */
export const McpEnv = z.object({
  ...serviceFields(8082),
  CODEX_DATA_DIR: absolutePath,
  /** Default: master.key in the data directory. */
  CODEX_MASTER_KEY_FILE: z.string().min(1).optional(),
});
export type McpEnv = z.infer<typeof McpEnv>;

export interface McpSettings {
  /** How long a tool waits for a person before it tells the agent to end its turn. */
  waitMs: number;
  /** How often a waiting tool says that it still waits, to clients that asked for progress. */
  progressMs: number;
  /** Calls one instance may make: so many at once, then so many per second. */
  rate: { burst: number; perSecond: number };
}

export const MCP_DEFAULTS: McpSettings = {
  waitMs: 600_000,
  progressMs: 10_000,
  rate: { burst: 60, perSecond: 10 },
};
