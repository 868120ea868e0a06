import { z } from 'zod';
import { Id } from '../../ids.ts';
import { Standing } from './card.ts';
import { DependencyView } from './dependency.ts';
import { IssueProposalView } from './issue-proposal.ts';
import { QuestionView } from './question.ts';
import { ReviewView } from './review.ts';

const at = z.iso.datetime();

/**
 * Anything that waits for a person. `id` is that of the question, dependency, review, pull request or task; `held` is work
 * that something of ours keeps waiting, with cause and remedy in `failure`; `publish` a pull request that could not be
 * opened at its forge; `issues` what an agent would like to have opened there, with its `proposal`.
 */
export const AttentionItem = z.object({
  id: z.string(),
  workspaceId: Id,
  kind: z.enum(['question', 'dependency', 'review', 'merge', 'publish', 'rounds', 'failure', 'held', 'issues']),
  taskId: Id,
  taskNumber: z.number(),
  taskTitle: z.string(),
  instanceName: z.string().nullable(),
  openedAt: at,
  question: QuestionView.nullable(),
  dependency: DependencyView.nullable(),
  review: ReviewView.pick({ id: true, phase: true, round: true, subject: true, summary: true })
    // Of the work under review, which of several attempts is not always the newest. Rows of earlier releases lack it.
    .extend({ lines: z.object({ additions: z.number(), deletions: z.number() }).nullable().optional() })
    .nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  rounds: z.object({ phase: z.string(), round: z.number(), instanceId: Id.nullable() }).nullable(),
  proposal: IssueProposalView.nullable(),
  standing: Standing,
  position: z.number(),
});
export type AttentionItem = z.infer<typeof AttentionItem>;
