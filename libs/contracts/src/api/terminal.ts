import { z } from 'zod';

/**
 * `WS /api/instances/:id/terminal`. Binary frames are terminal bytes both ways; text frames are these messages.
 * Viewers get `readOnly: true` and their input is refused with close code 1008.
 */
export const TerminalClientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('resize'),
    cols: z.number().int().min(2).max(500),
    rows: z.number().int().min(1).max(200),
  }),
]);
export type TerminalClientMessage = z.infer<typeof TerminalClientMessage>;

export const TerminalServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('attached'), readOnly: z.boolean(), cols: z.number(), rows: z.number() }),
  z.object({ type: z.literal('unavailable'), code: z.string(), detail: z.string() }),
  z.object({ type: z.literal('ended'), detail: z.string() }),
]);
export type TerminalServerMessage = z.infer<typeof TerminalServerMessage>;

/** Bus messages between gateway and the manager that holds the instance. */
export const TerminalAttach = z.object({ instanceId: z.string(), cols: z.number(), rows: z.number() });
export const TerminalAttached = z.object({
  available: z.boolean(),
  code: z.string(),
  detail: z.string(),
  cols: z.number(),
  rows: z.number(),
  /** Base64 of the screen and scrollback at this moment; live bytes follow on `terminal.<id>.out`. */
  snapshot: z.string(),
});
