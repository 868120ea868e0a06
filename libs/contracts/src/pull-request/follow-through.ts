import { z } from 'zod';

/** Whether work goes back to its agent by itself when its forge finds fault with it, and how often at most. */
export const FollowThrough = z.object({ automatic: z.boolean(), rounds: z.number().int().min(1).max(50) });
export type FollowThrough = z.infer<typeof FollowThrough>;

/** Of a repository where nobody said otherwise. Each round costs money: an agent may need a few, and never all night. */
export const FOLLOW_THROUGH: FollowThrough = { automatic: true, rounds: 10 };

/** What work goes back for: checks that failed, or what somebody who may write there asks for in a review. */
export const FollowCause = z.enum(['checks', 'review']);
export type FollowCause = z.infer<typeof FollowCause>;

/** A round of a task that began by itself. */
export const AutomaticRound = z.object({
  over: FollowCause,
  /** Of those that began by themselves on this branch, from 1; `of`: as many as may. */
  round: z.number().int().positive(),
  of: z.number().int().positive(),
  /** The same for checks that fail again in the same way; null when none had failed. */
  signature: z.string().nullable(),
});
export type AutomaticRound = z.infer<typeof AutomaticRound>;

/** Why nothing goes back by itself any more. `pushed_there`: its branch has commits the agent does not have. */
export const FollowStop = z.enum(['rounds', 'same_failure', 'pushed_there']);
export type FollowStop = z.infer<typeof FollowStop>;
