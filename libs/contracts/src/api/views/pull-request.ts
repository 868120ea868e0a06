import { z } from 'zod';
import { ForgeProvider } from '../../forge.ts';
import { Id } from '../../ids.ts';
import { MergeStrategy } from '../../pull-request/events.ts';

const at = z.iso.datetime();

export const PullRequestView = z.object({
  id: Id,
  taskId: Id,
  repositoryId: Id,
  provider: ForgeProvider,
  number: z.number().nullable(),
  url: z.string().nullable(),
  title: z.string(),
  body: z.string(),
  draft: z.boolean(),
  branch: z.string(),
  baseBranch: z.string(),
  headSha: z.string(),
  status: z.enum(['open', 'merging', 'updating', 'merged', 'closed']),
  mergeSha: z.string().nullable(),
  strategy: MergeStrategy.nullable(),
  problem: z.object({ code: z.string(), detail: z.string(), conflicts: z.array(z.string()) }).nullable(),
  openedAt: at,
  mergedAt: at.nullable(),
});
export type PullRequestView = z.infer<typeof PullRequestView>;
