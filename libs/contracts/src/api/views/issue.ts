import { z } from 'zod';
import { ForgeIssue, IssueDetail, IssueNumber } from '../../forge-issues.ts';
import { Id } from '../../ids.ts';
import { TaskViewState } from './card.ts';

/** The task from an issue: of several the one under way, else the newest. */
export const TaskFromIssue = z.object({ id: Id, number: z.number(), state: TaskViewState });
export type TaskFromIssue = z.infer<typeof TaskFromIssue>;

const task = TaskFromIssue.nullable();

export const IssueView = ForgeIssue.extend({ task });
export type IssueView = z.infer<typeof IssueView>;
export const IssueDetailView = IssueDetail.extend({ task });
export type IssueDetailView = z.infer<typeof IssueDetailView>;

export const IssuesView = z.object({
  issues: z.array(IssueView),
  /** Null: these were the last. A page may hold none although more follow. */
  nextPage: z.number().nullable(),
});
export type IssuesView = z.infer<typeof IssuesView>;

/** What became of one issue that a task was wanted from. */
export const IssueStarted = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('created'), issue: IssueNumber, task: TaskFromIssue.omit({ state: true }) }),
  /** One from it is under way, so there is no second. */
  z.object({ outcome: z.literal('has_task'), issue: IssueNumber, task: TaskFromIssue }),
  z.object({ outcome: z.literal('not_found'), issue: IssueNumber, detail: z.string() }),
  z.object({ outcome: z.literal('refused'), issue: IssueNumber, code: z.string(), detail: z.string() }),
]);
export type IssueStarted = z.infer<typeof IssueStarted>;

export const IssuesStartedView = z.object({
  /** In the order they were asked for. */
  outcomes: z.array(IssueStarted),
  /** Of the last task that was created; null when none was. */
  position: z.number().nullable(),
});
export type IssuesStartedView = z.infer<typeof IssuesStartedView>;
