import { z } from 'zod';
import { IssueNumber } from '../forge-issues.ts';
import { Id } from '../ids.ts';

export const MOST_PROPOSED = 30;

/** An issue an agent would like to have opened. */
export const ProposedIssue = z.object({
  title: z.string(),
  /** Markdown. */
  body: z.string(),
  labels: z.array(z.string()),
  /** Places in the list, from 0, of what has to be done before it: all of them earlier than its own. */
  after: z.array(z.number().int().nonnegative()),
});
export type ProposedIssue = z.infer<typeof ProposedIssue>;

/** Every event of a proposal names its task, so that whoever follows tasks needs to remember no proposal. */
const ofTask = { taskId: Id };
/** Its place in the list, from 0. */
const nth = z.number().int().nonnegative();

export const issueProposalEvents = {
  /** An agent lists the issues its work should become. None is opened before a person says so. */
  IssuesProposed: z.object({
    ...ofTask,
    repositoryId: Id,
    instanceId: Id,
    phase: z.string(),
    issues: z.array(ProposedIssue),
  }),
  /** A person wants these of them opened at the forge: the first time, or again what was refused there. */
  IssuesAccepted: z.object({ ...ofTask, chosen: z.array(nth) }),
  IssuesDeclined: z.object({ ...ofTask, reason: z.string() }),
  IssueOpened: z.object({ ...ofTask, nth, number: IssueNumber, url: z.string() }),
  /** The forge does not take it. `detail`: its words. */
  IssueRefused: z.object({ ...ofTask, nth, detail: z.string() }),
} as const;
