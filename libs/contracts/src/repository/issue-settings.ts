import { z } from 'zod';

/**
 * Whose commands in comments at the forge are carried out here. `members`: of people who may write there and stand for a
 * member here. `writers`: of everybody who may write there.
 */
export const CommandsFrom = z.enum(['nobody', 'members', 'writers']);
export type CommandsFrom = z.infer<typeof CommandsFrom>;

/** What a repository does at the issues its tasks are from. */
export const IssueSettings = z.object({
  /** One comment of ours there says how the task stands. */
  comment: z.boolean(),
  commands: CommandsFrom,
});
export type IssueSettings = z.infer<typeof IssueSettings>;

/** Of a repository where nobody said otherwise. */
export const ISSUE_SETTINGS: IssueSettings = { comment: true, commands: 'writers' };
