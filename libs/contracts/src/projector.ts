import { z } from 'zod';
import { Position } from './envelope.ts';

/**
 * Asks the projector to build a read model anew beside the live one, to give such a build up, or to let a paused read
 * model try its event again.
 */
export const ReadModelRequest = z.object({ name: z.string().min(1).max(60) });
/** Whether it was paused. */
export const ResumedAnswer = z.boolean();
/** Whether it was being built. */
export const CancelledAnswer = z.boolean();

/** A read model that is live or being built, and how far it is. `progress` goes from 0 to 1. */
export const RebuildView = z.object({
  name: z.string(),
  version: z.number().int(),
  build: z.number().int(),
  status: z.enum(['building', 'live', 'paused', 'retired']),
  position: Position,
  head: Position,
  lag: z.number().int(),
  lagSeconds: z.number(),
  progress: z.number(),
});
export type RebuildView = z.infer<typeof RebuildView>;
export const RebuildsAnswer = z.array(RebuildView);
