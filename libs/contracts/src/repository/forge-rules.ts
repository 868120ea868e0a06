import { z } from 'zod';
import { MergeStrategy } from '../pull-request/events.ts';

/** What a repository at a forge allows, as its settings there say. */
export const ForgeRules = z.object({
  /** Ways of merging, in the order we prefer them. */
  mergeMethods: z.array(MergeStrategy).max(MergeStrategy.options.length),
  /** The forge itself deletes the branch of what was merged. */
  deletesBranch: z.boolean(),
});
export type ForgeRules = z.infer<typeof ForgeRules>;

/** The ways of merging there are; all of ours where no forge says otherwise, or none said so yet. */
export function methodsOf(rules: Pick<ForgeRules, 'mergeMethods'> | null | undefined): readonly MergeStrategy[] {
  return rules?.mergeMethods ?? MergeStrategy.options;
}
