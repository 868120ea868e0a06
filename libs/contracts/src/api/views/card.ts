import { z } from 'zod';
import { HoldCause } from '../../causes.ts';
import { Id } from '../../ids.ts';
import { ForgeVerdict, MergeReadiness } from '../../pull-request/events.ts';
import { Priority, TaskOrigin, TaskType } from '../../task/events.ts';
import { CheckVerdict, PhaseStatus } from '../../task/phase.ts';

const at = z.iso.datetime();
const money = z.number().nonnegative();

/** The board's columns, derived from facts and never stored as such. */
export const BoardColumn = z.enum(['queued', 'working', 'needs_you', 'in_review', 'ready_to_merge', 'done']);
export type BoardColumn = z.infer<typeof BoardColumn>;

export const TaskViewState = z.enum([
  'draft',
  'queued',
  'working',
  'needs_you',
  'in_review',
  'ready_to_merge',
  'merge_failed',
  'merging',
  'paused',
  'completed',
  'failed',
  'cancelled',
]);
export type TaskViewState = z.infer<typeof TaskViewState>;

/** The one thing a person can do next with a task; `targetId` is the question, dependency, review, pull request or task. */
export const NextAction = z.object({
  kind: z.enum(['execute', 'answer', 'provide', 'review', 'merge', 'publish', 'resolve', 'decide', 'retry', 'resume']),
  targetId: z.string(),
});
export type NextAction = z.infer<typeof NextAction>;

/** What a careful person asks before they approve or merge, wherever the button stands. */
export const Standing = z.object({
  /** Null: nothing was handed over that could be checked. */
  check: CheckVerdict.nullable(),
  exitCode: z.number().nullable(),
  /** Comments of the open review that go to nobody when it is approved. */
  unsentComments: z.number(),
  /** Threads of the work that nobody resolved. */
  openThreads: z.number(),
  /** What its forge says of the pull request as it is now; null where it says nothing, or nothing runs there. */
  atForge: ForgeVerdict.nullable(),
  /** Whether its forge would merge it as it is now, and what it still wants; null where it does not say. */
  judged: z.object({ readiness: MergeReadiness, why: z.array(z.string()) }).nullable(),
  /** Files of the last merge that was tried and could not be brought together. */
  conflicts: z.array(z.string()),
  /** The commit the work starts from: another one in the base branch means that it moved. */
  baseSha: z.string().nullable(),
  /** When that work was handed over: what is known of the base branch from before says nothing about it. */
  handedOverAt: at.nullable(),
  /** Its agent says that it is not meant to be merged yet. */
  draft: z.boolean(),
});
export type Standing = z.infer<typeof Standing>;

/** One task on the board: all a card shows, nothing more. */
export const TaskCard = z.object({
  id: Id,
  workspaceId: Id,
  number: z.number(),
  title: z.string(),
  taskType: TaskType,
  priority: Priority,
  labels: z.array(z.string()),
  repositoryId: Id,
  column: BoardColumn,
  state: TaskViewState,
  /** What happens now, in words a person uses. */
  activity: z.string(),
  instanceName: z.string().nullable(),
  phases: z.array(z.object({ name: z.string(), title: z.string(), status: PhaseStatus })),
  nextAction: NextAction.nullable(),
  /** What work waits for that is not the task's own doing; `needsPerson` when somebody has to look. */
  held: z.object({ cause: HoldCause, detail: z.string(), needsPerson: z.boolean(), since: at }).nullable(),
  waitingItems: z.number(),
  /** What it was made from; null when somebody thought of it here. */
  origin: TaskOrigin.nullable(),
  /** Where its change stands at a forge; null as long as it stands nowhere else. */
  published: z.object({ number: z.number(), url: z.string() }).nullable(),
  standing: Standing,
  additions: z.number(),
  deletions: z.number(),
  costUsd: money,
  createdBy: z.string(),
  createdAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  updatedAt: at,
  /** Position of the last event folded into this card. */
  position: z.number(),
});
export type TaskCard = z.infer<typeof TaskCard>;
