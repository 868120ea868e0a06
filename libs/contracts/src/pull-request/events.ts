import { z } from 'zod';
import { ForgeProvider } from '../forge.ts';
import { Id } from '../ids.ts';
import { ChangeSet } from '../task/events.ts';
import { FollowCause, FollowStop } from './follow-through.ts';

export const MergeStrategy = z.enum(['merge', 'squash', 'rebase']);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

/** Of everything that has to run for a commit at its forge; `pending` until all of it ended. */
export const ForgeVerdict = z.enum(['pending', 'passed', 'failed']);
export type ForgeVerdict = z.infer<typeof ForgeVerdict>;

/** As much of what a check says as an agent needs to know what to put right. */
export const FORGE_REPORT_MAX = 4_000;

/** Why one failed, in words of others, cut by us. `nowhere`: there are none, and `text` says why, in ours. */
export const ForgeReport = z.object({
  from: z.enum(['log', 'annotations', 'summary', 'description', 'nowhere']),
  text: z.string().max(FORGE_REPORT_MAX),
});
export type ForgeReport = z.infer<typeof ForgeReport>;

/** One of them, by the name people know it by there. `report`: null for what did not fail, or was not asked for it. */
export const ForgeCheck = z.object({
  name: z.string(),
  verdict: ForgeVerdict,
  url: z.string().nullable(),
  report: ForgeReport.nullable(),
});
export type ForgeCheck = z.infer<typeof ForgeCheck>;

/**
 * Whether its forge would merge it now. `waits`: for what comes without us, as checks that run and reviews. `queue`: what is
 * merged goes through a queue there. Of the others something there is to be changed first.
 */
export const MergeReadiness = z.enum(['ready', 'waits', 'draft', 'conflict', 'behind', 'blocked', 'queue']);
export type MergeReadiness = z.infer<typeof MergeReadiness>;

/** How much of what people say of a change there is kept: longer words are read there. */
export const REMARK_LIMITS = { body: 4_000, comments: 30, comment: 1_000, recorded: 200 } as const;

const remark = {
  /** The forge's own. */
  id: z.string(),
  author: z.string(),
  /** Whether whoever said it may write to the repository: anybody may say something of a public one. */
  mayWrite: z.boolean(),
  body: z.string().max(REMARK_LIMITS.body),
  url: z.string(),
  at: z.iso.datetime(),
};

/** `line`: null for what is said of a whole file, or of lines that are there no more. */
export const LineRemark = z.object({
  id: z.string(),
  path: z.string(),
  line: z.number().int().positive().nullable(),
  side: z.enum(['old', 'new']),
  body: z.string().max(REMARK_LIMITS.comment),
  url: z.string(),
  /** The thread it is a part of here; null: it is none, or was stored by an earlier release. */
  threadId: Id.nullable(),
});
export type LineRemark = z.infer<typeof LineRemark>;

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
  /** It stands at its forge now. */
  PullRequestPublished: z.object({ number: z.number().int().positive(), url: z.string() }),
  /** The forge or the repository did not take it. Nobody tries again until somebody asks for it. */
  PullRequestPublishFailed: z.object({ code: z.string(), detail: z.string() }),
  PullRequestPublishRequested: z.object({}),
  /** What the forge says of the commit it stands at. */
  PullRequestChecked: z.object({ headSha: z.string(), verdict: ForgeVerdict, checks: z.array(ForgeCheck).max(100) }),
  /** Whether its forge would merge the commit it stands at; `why`: what it still wants, each as a sentence. */
  PullRequestJudged: z.object({
    headSha: z.string(),
    readiness: MergeReadiness,
    why: z.array(z.string().max(300)).max(10),
  }),
  /** Somebody reviewed it at its forge, as they submitted it: what they write there later changes nothing here. */
  PullRequestReviewed: z.object({
    ...remark,
    verdict: z.enum(['approved', 'changes_requested', 'commented', 'dismissed']),
    comments: z.array(LineRemark).max(REMARK_LIMITS.comments),
    /** The commit its branch stood at there when this was read; null: stored by an earlier release. */
    headSha: z.string().nullable(),
  }),
  /** Somebody said something of it at its forge, outside of a review. */
  PullRequestCommented: z.object(remark),
  PullRequestMergeRequested: z.object({ strategy: MergeStrategy }),
  /** Whoever wished for the merge does not any more: it waited. */
  PullRequestMergeTakenBack: z.object({}),
  PullRequestMerged: z.object({ mergeSha: z.string(), strategy: MergeStrategy }),
  PullRequestMergeFailed: z.object({ code: z.string(), detail: z.string(), conflicts: z.array(z.string()) }),
  /** The base is to be brought into the branch, so that the change can be looked at as it would be merged. */
  PullRequestUpdateRequested: z.object({}),
  /** It was, without a conflict. `changes`: against the base as it is now; null when there was nothing to bring in. */
  PullRequestUpdated: z.object({ headSha: z.string(), changes: ChangeSet.nullable() }),
  PullRequestClosed: z.object({
    reason: z.string(),
    /** At its forge. `stays_open`: what is approved next takes its place there. */
    atForge: z.enum(['closed', 'to_close', 'stays_open']),
  }),
  /** Its forge finds fault with it, and it does not go back to the agent by itself: a person decides. */
  PullRequestFollowThroughStopped: z.object({ why: FollowStop, over: FollowCause, detail: z.string() }),
  /** What was to be closed at its forge is. `left`: nobody may act there any more, so it stays as it is. */
  PullRequestWithdrawn: z.object({ left: z.boolean() }),
  /** What people made of it at its forge, or what it was there already when it was taken for ours. */
  PullRequestEdited: z.object({
    title: z.string(),
    draft: z.boolean(),
    /** Where it goes there now. The work here was made and looked at against the base it was opened for. */
    baseBranch: z.string(),
  }),
  /** Somebody opened it again at its forge. `why`: its work does not go on here by that, and what helps; null when it does. */
  PullRequestReopened: z.object({ why: z.string().nullable() }),
} as const;
