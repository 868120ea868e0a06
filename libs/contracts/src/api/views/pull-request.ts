import { z } from 'zod';
import { ForgeProvider } from '../../forge.ts';
import { Id } from '../../ids.ts';
import { ForgeCheck, ForgeVerdict, MergeStrategy, pullRequestEvents } from '../../pull-request/events.ts';
import { FollowCause, FollowStop } from '../../pull-request/follow-through.ts';

const at = z.iso.datetime();

/** What somebody said of it at its forge. `verdict`: null for what is no review. */
export const ForgeRemark = z.object({
  ...pullRequestEvents.PullRequestReviewed.omit({ headSha: true }).shape,
  verdict: pullRequestEvents.PullRequestReviewed.shape.verdict.nullable(),
});
export type ForgeRemark = z.infer<typeof ForgeRemark>;
/** As many are shown, the newest. */
export const REMARKS_SHOWN = 20;

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
  /** `publishing`, `unpublished`: it is to stand at its forge and does not yet; `problem` says why not. */
  status: z.enum(['publishing', 'unpublished', 'open', 'merging', 'updating', 'merged', 'closed']),
  mergeSha: z.string().nullable(),
  strategy: MergeStrategy.nullable(),
  problem: z.object({ code: z.string(), detail: z.string(), conflicts: z.array(z.string()) }).nullable(),
  /** What its forge says of the commit it stands at; null as long as it said nothing. */
  checks: z.object({ headSha: z.string(), verdict: ForgeVerdict, checks: z.array(ForgeCheck) }).nullable(),
  /** Whether its forge would merge it; null as long as it did not say. */
  judged: pullRequestEvents.PullRequestJudged.nullable(),
  /** Of this change and of those before it on its branch, oldest first. */
  remarks: z.array(ForgeRemark).max(REMARKS_SHOWN),
  /** Why it does not go back to the agent by itself although its forge finds fault with it; null when it does. */
  stopped: z.object({ why: FollowStop, over: FollowCause, detail: z.string() }).nullable(),
  openedAt: at,
  mergedAt: at.nullable(),
});
export type PullRequestView = z.infer<typeof PullRequestView>;
