import { z } from 'zod';
import { RuntimeName } from '../instance/events.ts';

/** Bus request `manager.runtime-info`: what instances run in here. `isolated` is true for containers and sandboxes. */
export const RuntimeInfo = z.object({
  name: RuntimeName,
  label: z.string(),
  isolated: z.boolean(),
  /** What an agent can read that is not its own, in words for a person; null when isolated, or not known yet. */
  exposure: z.string().nullable().default(null),
});
export type RuntimeInfo = z.infer<typeof RuntimeInfo>;
