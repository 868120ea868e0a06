import { z } from 'zod';
import { Id } from '../ids.ts';

const count = z.number().int().nonnegative();

/** Streams `usage-<instanceId>`: what an instance used. */
export const usageEvents = {
  ModelCallSettled: z.object({
    instanceId: Id,
    taskId: Id,
    model: z.string(),
    status: z.number().int(),
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens: count,
    costUsd: z.number().nonnegative(),
    durationMs: z.number().nonnegative(),
    /** Whose call it was, by the agent's own account; absent for the agent's own, and in logs of earlier releases. */
    subAgentId: z.string().min(1).max(64).optional(),
  }),
  RateLimitHit: z.object({ instanceId: Id, taskId: Id, resetsAt: z.iso.datetime().nullable(), detail: z.string() }),
} as const;

/** Streams `tools-<instanceId>`: which tools an instance called. */
export const toolsEvents = {
  ToolCalled: z.object({ instanceId: Id, taskId: Id, tool: z.string(), ok: z.boolean(), code: z.string().nullable() }),
} as const;
