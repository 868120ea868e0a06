import { z } from 'zod';

const at = z.iso.datetime();

export const ServiceView = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['platform', 'database', 'api', 'tool']),
  target: z.string(),
  builtIn: z.boolean(),
  status: z.enum(['connected', 'warning', 'offline', 'unknown']),
  latencyMs: z.number().nullable(),
  detail: z.string(),
  changedAt: at.nullable(),
  position: z.number(),
});
export type ServiceView = z.infer<typeof ServiceView>;
