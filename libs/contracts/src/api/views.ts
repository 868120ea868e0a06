import { z } from 'zod';
import { AgentProgram } from '../agent-program.ts';
import { HoldCause } from '../causes.ts';
import { DependencyType } from '../dependency/events.ts';
import { ForgeProvider } from '../forge.ts';
import { Id } from '../ids.ts';
import { RuntimeName } from '../instance/events.ts';
import { MergeStrategy } from '../pull-request/events.ts';
import { Answer, QuestionCategory } from '../question/events.ts';
import { RepositorySource } from '../repository/events.ts';
import { ReviewComment } from '../review/events.ts';
import { ChangeSet, Deliverable, Evidence, Priority, TaskType } from '../task/events.ts';
import { AttemptStatus, CheckVerdict, PhaseStatus } from '../task/phase.ts';
import { GateRule, PhaseDefinition } from '../task/workflow.ts';
import { AgentKind } from '../worker/protocol.ts';

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
  kind: z.enum(['execute', 'answer', 'provide', 'review', 'merge', 'resolve', 'decide', 'retry', 'resume']),
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

export const InstanceViewState = z.enum([
  'queued',
  'starting',
  'running',
  'waiting_input',
  'waiting_review',
  'paused',
  'hibernated',
  'pr_created',
  'pr_merged',
  'pr_closed',
  'completed',
  'failed',
  'stopped',
  'lost',
]);
export type InstanceViewState = z.infer<typeof InstanceViewState>;

export const UsageTotals = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  costUsd: money,
  modelCalls: z.number(),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const InstanceView = z.object({
  id: Id,
  taskId: Id,
  workspaceId: Id,
  repositoryId: Id,
  name: z.string(),
  kind: AgentKind,
  state: InstanceViewState,
  phase: z.string(),
  attempt: z.number(),
  branch: z.string(),
  baseBranch: z.string(),
  epoch: z.number(),
  runtime: RuntimeName.nullable(),
  managerId: z.string().nullable(),
  sessionId: z.string().nullable(),
  program: AgentProgram.nullable(),
  model: z.string().nullable(),
  /** What it does now, in words. */
  activity: z.string(),
  percent: z.number().nullable(),
  queuedAt: at,
  startedAt: at.nullable(),
  endedAt: at.nullable(),
  /** Messages from people that have not reached the agent yet. */
  pendingMessages: z.array(z.object({ id: Id, text: z.string(), at })),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  usage: UsageTotals,
});
export type InstanceView = z.infer<typeof InstanceView>;

export const QuestionView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  category: QuestionCategory,
  question: z.string(),
  options: z.array(z.object({ label: z.string(), description: z.string() })),
  multi: z.boolean(),
  defaultAnswer: z.string().nullable(),
  timeoutSeconds: z.number().nullable(),
  status: z.enum(['open', 'answered', 'withdrawn']),
  answer: Answer.nullable(),
  answeredBy: z.string().nullable(),
  delivered: z.boolean(),
  askedAt: at,
  answeredAt: at.nullable(),
});
export type QuestionView = z.infer<typeof QuestionView>;

export const DependencyView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  dependencyType: DependencyType,
  name: z.string(),
  description: z.string(),
  required: z.boolean(),
  status: z.enum(['open', 'provided', 'declined']),
  reason: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  delivered: z.boolean(),
  requestedAt: at,
  resolvedAt: at.nullable(),
});
export type DependencyView = z.infer<typeof DependencyView>;

export const ReviewView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  phase: z.string(),
  round: z.number(),
  subject: z.enum(['documents', 'changes']),
  summary: z.string(),
  deliverables: z.array(Deliverable),
  /** Texts of its documents that people put others in the place of, oldest first. `replacedBy` is a user id. */
  replaced: z.array(Deliverable.extend({ replacedBy: z.string() })),
  changes: ChangeSet.nullable(),
  status: z.enum(['open', 'approved', 'changes_requested', 'rejected', 'withdrawn']),
  /** Whose approvals it needs, and those it has. */
  gate: z.array(GateRule),
  approvals: z.array(z.object({ by: z.string(), kind: z.enum(['person', 'agent']) })),
  /** Comments of the open review (drafts) or those submitted with the decision. `by` is a user id. */
  comments: z.array(ReviewComment.extend({ by: z.string() })),
  /** path → content hash that was marked as reviewed, by user id. */
  reviewedFiles: z.array(z.object({ path: z.string(), contentHash: z.string(), by: z.string() })),
  decisionSummary: z.string().nullable(),
  decidedBy: z.string().nullable(),
  createdAt: at,
  decidedAt: at.nullable(),
});
export type ReviewView = z.infer<typeof ReviewView>;

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

/** One agent's try at a phase; what it costs stands with its instance. */
export const AttemptView = z.object({
  instanceId: Id,
  number: z.number(),
  status: AttemptStatus,
  round: z.number(),
  roundLimit: z.number(),
  reviewId: Id.nullable(),
  headSha: z.string().nullable(),
  /** Of the work it handed over last; null before that. */
  evidence: Evidence.nullable(),
  check: CheckVerdict.nullable(),
});
export type AttemptView = z.infer<typeof AttemptView>;

/** A phase, and how far the attempt is that leads it. */
export const PhaseView = PhaseDefinition.pick({ name: true, title: true, kind: true }).extend({
  /** `person`: stops for a review by people. `gateRules` says all it asks for. */
  gate: z.enum(['person', 'none']),
  gateRules: z.array(GateRule),
  /** How many agents try it beside each other. */
  attemptsWanted: z.number(),
  /** The rounds that each attempt begins with. */
  maxRounds: z.number(),
  /** In the order of their start. */
  attempts: z.array(AttemptView),
  /** The instance whose work is kept. */
  chosen: Id.nullable(),
  status: PhaseStatus,
  round: z.number(),
  /** After so many rounds a person decides how to go on. */
  roundLimit: z.number(),
  instanceId: Id.nullable(),
  reviewId: Id.nullable(),
  summary: z.string().nullable(),
  startedAt: at.nullable(),
  endedAt: at.nullable(),
});
export type PhaseView = z.infer<typeof PhaseView>;

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
  /** Newest content of every document handed over so far. */
  documents: z.array(Deliverable.extend({ phase: z.string(), revisedBy: z.string().nullable() })),
  changes: ChangeSet.nullable(),
  evidence: Evidence.nullable(),
  pullRequest: PullRequestView.nullable(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  usage: UsageTotals,
});
export type TaskView = z.infer<typeof TaskView>;

/**
 * Anything that waits for a person. `id` is that of the question, dependency, review, pull request or task; `held` is work
 * that something of ours keeps waiting, with cause and remedy in `failure`.
 */
export const AttentionItem = z.object({
  id: z.string(),
  workspaceId: Id,
  kind: z.enum(['question', 'dependency', 'review', 'merge', 'rounds', 'failure', 'held']),
  taskId: Id,
  taskNumber: z.number(),
  taskTitle: z.string(),
  instanceName: z.string().nullable(),
  openedAt: at,
  question: QuestionView.nullable(),
  dependency: DependencyView.nullable(),
  review: ReviewView.pick({ id: true, phase: true, round: true, subject: true, summary: true }).nullable(),
  failure: z.object({ code: z.string(), detail: z.string() }).nullable(),
  rounds: z.object({ phase: z.string(), round: z.number(), instanceId: Id.nullable() }).nullable(),
  standing: Standing,
  position: z.number(),
});
export type AttentionItem = z.infer<typeof AttentionItem>;

export const RepositoryView = z.object({
  id: Id,
  workspaceId: Id,
  name: z.string(),
  source: RepositorySource,
  status: z.enum(['connecting', 'ready', 'unavailable', 'removed']),
  defaultBranch: z.string().nullable(),
  baseBranch: z.string().nullable(),
  headSha: z.string().nullable(),
  branches: z.array(z.string()),
  checkCommand: z.string().nullable(),
  requireGreen: z.boolean(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  connectedAt: at,
  refreshedAt: at.nullable(),
  position: z.number(),
});
export type RepositoryView = z.infer<typeof RepositoryView>;

export const ServiceView = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['platform', 'database', 'api', 'tool']),
  target: z.string(),
  builtIn: z.boolean(),
  status: z.enum(['connected', 'warning', 'offline', 'unknown']),
  latencyMs: z.number().nullable(),
  detail: z.string(),
  changedAt: at.nullable(),
  position: z.number(),
});
export type ServiceView = z.infer<typeof ServiceView>;
