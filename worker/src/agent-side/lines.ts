import { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { z } from 'zod';

/**
 * What comes over the channel from the agent's side, and the answers the supervisor acts on: the word of whoever runs
 * there, so it is read like anything else of an agent.
 */
const id = z.number().int().nonnegative();

export const FromAgentSide = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id, value: z.unknown() }),
  /** `check` is set when a preflight failed. */
  z.object({
    type: z.literal('failed'),
    id,
    check: z.string().nullable(),
    because: z.enum(['disk_full', 'egress_away']).optional(),
    message: z.string(),
  }),
  z.object({ type: z.literal('warning'), code: z.string(), detail: z.string() }),
  z.object({ type: z.literal('stdout'), id, text: z.string() }),
  z.object({ type: z.literal('stderr'), id, text: z.string() }),
  z.object({ type: z.literal('exit'), id, code: z.number().nullable(), signal: z.string().nullable() }),
  z.object({ type: z.literal('spawn_failed'), id, message: z.string() }),
]);
export type FromAgentSide = z.infer<typeof FromAgentSide>;

export const PreparedAnswer = z.object({
  relay: z.object({ url: z.string(), token: z.string() }),
  commandEnv: z.record(z.string(), z.string()),
  hookPath: z.string(),
  systemPrompt: z.string(),
});
export const DoneAnswer = z.null();
export const PutAnswer = z.array(z.object({ path: z.string(), problem: z.string() }));
export const TerminalAnswer = z.string().nullable();
export const CollectedAnswer = JournalEntry.refine((entry) => entry.type === 'collected', 'is no collection');
export const CloseAnswer = z.array(z.number());
