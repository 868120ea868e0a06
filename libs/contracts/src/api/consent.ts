import { z } from 'zod';

/** `GET /api/unsandboxed-agents`. */
export const UnsandboxedAgentsView = z.object({
  /** What an agent can read here that is not its own; null where agents are isolated. */
  exposure: z.string().nullable(),
  /** Who agreed to it, when, and to which words; it counts while those are the same as `exposure`. */
  allowed: z.object({ by: z.string(), at: z.string(), exposure: z.string() }).nullable(),
});
export type UnsandboxedAgentsView = z.infer<typeof UnsandboxedAgentsView>;

/** `PUT /api/unsandboxed-agents`: the words agreed to, as `GET` gave them. */
export const UnsandboxedAgentsRequest = z.strictObject({ exposure: z.string().min(1).max(2_000) });
export type UnsandboxedAgentsRequest = z.infer<typeof UnsandboxedAgentsRequest>;
