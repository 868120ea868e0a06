import { z } from 'zod';
import { ForgeProvider } from '../forge.ts';
import { Id } from '../ids.ts';
import { ChangeSet } from '../task/events.ts';

export const MergeStrategy = z.enum(['merge', 'squash', 'rebase']);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

export const pullRequestEvents = {
  PullRequestOpened: z.object({
    taskId: Id,
    repositoryId: Id,
    provider: ForgeProvider,
    /** Given by the forge, as the address is; null as long as it gave none. */
    number: z.number().int().positive().nullable(),
    url: z.string().nullable(),
    branch: z.string(),
    baseBranch: z.string(),
    headSha: z.string(),
    title: z.string(),
    body: z.string(),
    draft: z.boolean(),
  }),
  PullRequestMergeRequested: z.object({ strategy: MergeStrategy }),
  PullRequestMerged: z.object({ mergeSha: z.string(), strategy: MergeStrategy }),
  PullRequestMergeFailed: z.object({ code: z.string(), detail: z.string(), conflicts: z.array(z.string()) }),
  /** The base is to be brought into the branch, so that the change can be looked at as it would be merged. */
  PullRequestUpdateRequested: z.object({}),
  /** It was, without a conflict. `changes`: against the base as it is now; null when there was nothing to bring in. */
  PullRequestUpdated: z.object({ headSha: z.string(), changes: ChangeSet.nullable() }),
  PullRequestClosed: z.object({ reason: z.string() }),
} as const;
