import { z } from 'zod';
import { Id } from '../ids.ts';

export const MergeStrategy = z.enum(['merge', 'squash', 'rebase']);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

/** `provider: local` is a change request of a repository without a forge (G9). */
export const pullRequestEvents = {
  PullRequestOpened: z.object({
    taskId: Id,
    repositoryId: Id,
    provider: z.enum(['local', 'github']),
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
  PullRequestClosed: z.object({ reason: z.string() }),
} as const;
