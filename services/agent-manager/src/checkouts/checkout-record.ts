import { z } from 'zod';

/** What the manager remembers about a checkout from before it is made; no agent sees it. */
export const CheckoutRecord = z.object({
  branch: z.string(),
  baseBranch: z.string(),
  baseSha: z.string(),
  /** The one it was made for; earlier releases did not say. */
  epoch: z.number().int().positive().default(1),
});
export type CheckoutRecord = z.infer<typeof CheckoutRecord>;
