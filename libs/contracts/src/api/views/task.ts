import { z } from 'zod';
import { ChangeSet, Deliverable, Evidence } from '../../task/events.ts';
import { TaskCard } from './card.ts';
import { DependencyView } from './dependency.ts';
import { InstanceView, UsageTotals } from './instance.ts';
import { IssueProposalView } from './issue-proposal.ts';
import { PhaseView } from './phase.ts';
import { PullRequestView } from './pull-request.ts';
import { QuestionView } from './question.ts';
import { ReviewView } from './review.ts';
import { ThreadView } from './thread.ts';

export const TaskView = TaskCard.extend({
  description: z.string(),
  baseBranch: z.string(),
  model: z.string().nullable(),
  workflow: z.object({ name: z.string(), title: z.string() }),
  currentPhase: z.string().nullable(),
  phaseDetails: z.array(PhaseView),
  instances: z.array(InstanceView),
  questions: z.array(QuestionView),
  dependencies: z.array(DependencyView),
  reviews: z.array(ReviewView),
  /** What was said about lines of the work in reviews that were decided, oldest first. */
  threads: z.array(ThreadView),
  /** Lists of issues its agents would like to have opened, oldest first. */
  issueProposals: z.array(IssueProposalView),
  /** Newest content of every document handed over so far. */
  documents: z.array(Deliverable.extend({ phase: z.string(), revisedBy: z.string().nullable() })),
  changes: ChangeSet.nullable(),
  evidence: Evidence.nullable(),
  pullRequest: PullRequestView.nullable(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  usage: UsageTotals,
});
export type TaskView = z.infer<typeof TaskView>;
