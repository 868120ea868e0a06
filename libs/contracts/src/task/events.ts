import { z } from 'zod';
import { HoldCause } from '../causes.ts';
import { RemoteForge, RepositorySlug } from '../forge.ts';
import { IssueNumber } from '../forge-issues.ts';
import { Id } from '../ids.ts';
import { AutomaticRound } from '../pull-request/follow-through.ts';
import { AgentKind } from '../worker/protocol.ts';
import { WorkflowDefinition } from './workflow.ts';

export const Priority = z.enum(['urgent', 'high', 'normal', 'low']);
export type Priority = z.infer<typeof Priority>;

export const TaskType = z.enum(['feature', 'bug', 'chore', 'docs', 'question']);
export type TaskType = z.infer<typeof TaskType>;

/** What a task was made from, as it was then. An issue is known by its `url`, whatever its repository is called here. */
export const TaskOrigin = z.object({
  kind: z.literal('issue'),
  provider: RemoteForge,
  slug: RepositorySlug,
  number: IssueNumber,
  url: z.string(),
  title: z.string(),
});
export type TaskOrigin = z.infer<typeof TaskOrigin>;

/** A file handed over by a phase, kept in the blob store under its content hash. */
export const Deliverable = z.object({
  path: z.string(),
  blobId: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
});
export type Deliverable = z.infer<typeof Deliverable>;

/** What a phase changed, computed in our own mirror; the diff itself is the blob `diffBlobId` (`DiffDocument`). */
export const ChangeSet = z.object({
  branch: z.string(),
  baseSha: z.string(),
  headSha: z.string(),
  /** Head of the previous round, when there was one. */
  previousHeadSha: z.string().nullable(),
  commits: z.array(z.object({ sha: z.string(), subject: z.string(), authoredAt: z.string() })),
  filesChanged: z.number().int().nonnegative(),
  additions: z.number().int().nonnegative(),
  deletions: z.number().int().nonnegative(),
  diffBlobId: z.string(),
  /** The diff between the previous round and this one. */
  interdiffBlobId: z.string().nullable(),
});
export type ChangeSet = z.infer<typeof ChangeSet>;

/**
 * Where a check ran: a container, a sandbox or a process made for it, with a checkout of the handed-over commit and
 * nothing of the agent's; `agent` is what earlier releases did, the agent's own checkout and home.
 */
export const CheckPlace = z.enum(['container', 'sandbox', 'process', 'agent']);
export type CheckPlace = z.infer<typeof CheckPlace>;

export const CheckEvidence = z.object({
  command: z.string(),
  /** null when it was killed: timeout or signal. */
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nonnegative(),
  timedOut: z.boolean(),
  /** The last of its output, masked. */
  outputBlobId: z.string(),
  where: CheckPlace,
});
export type CheckEvidence = z.infer<typeof CheckEvidence>;

/** Facts that decide whether work counts as done (T7). */
export const Evidence = z.object({
  toolCalls: z.number().int().nonnegative(),
  check: CheckEvidence.nullable(),
  /** True when the run made no tool call at all: never counted as done. */
  suspicious: z.boolean(),
  /** What a reviewer has to know about how the work came in; absent where nothing was to be said. */
  notices: z.array(z.string()).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const ReopenReason = z.enum(['conflict', 'check', 'person', 'forge', 'retry']);
export type ReopenReason = z.infer<typeof ReopenReason>;

/**
 * Whose attempt it is. Null: stored by an earlier release, when a phase had one attempt at a time; the one under way.
 */
const AttemptOf = Id.nullable();

export const taskEvents = {
  TaskCreated: z.object({
    number: z.number().int().positive(),
    title: z.string(),
    description: z.string(),
    taskType: TaskType,
    priority: Priority,
    labels: z.array(z.string()),
    repositoryId: Id,
    baseBranch: z.string(),
    model: z.string().nullable(),
    /** The definition as it was when the task was made: editing a workflow later does not change running tasks. */
    workflow: WorkflowDefinition,
    /** Null: a person thought of it here. */
    origin: TaskOrigin.nullable(),
  }),
  TaskDescribed: z.object({ title: z.string(), description: z.string() }),
  TaskPrioritised: z.object({ priority: Priority }),
  TaskLabelled: z.object({ labels: z.array(z.string()) }),
  TaskQueued: z.object({}),
  TaskStarted: z.object({}),
  /**
   * An instance is wanted for this phase, to try it beside others or in place of the one before. In later phases and
   * rounds of the same kind the same instance goes on.
   */
  AttemptStarted: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    kind: AgentKind,
    instanceId: Id,
  }),
  AttemptCompleted: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    instanceId: Id,
    summary: z.string(),
    deliverables: z.array(Deliverable),
    changes: ChangeSet.nullable(),
    evidence: Evidence,
    /** The review that decides, null when nobody reviews the phase. */
    reviewId: Id.nullable(),
  }),
  /** The hand-over was refused because evidence is missing; the agent was told why. */
  AttemptRefused: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    reasons: z.array(z.string()),
    instanceId: AttemptOf,
  }),
  /**
   * What an agent of the phase had asked for was answered: a question, or a request that was declined. The words are in
   * the stream of that question or request; here is where whoever takes the phase up later finds them.
   */
  AttemptAnswered: z.object({
    phase: z.string(),
    to: z.enum(['question', 'dependency']),
    id: Id,
    instanceId: AttemptOf,
  }),
  AttemptReworkRequested: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    reviewId: Id,
    instanceId: AttemptOf,
  }),
  /**
   * A review asked for changes once more than the workflow allows: a person decides whether the agent goes on. `round`
   * is the one that was reviewed.
   */
  AttemptRoundsExhausted: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    reviewId: Id,
    instanceId: AttemptOf,
  }),
  AttemptRoundsGranted: z.object({
    phase: z.string(),
    rounds: z.number().int().positive(),
    instanceId: AttemptOf,
  }),
  /** The work of this attempt is kept, whatever comes of its review; the others are set aside. */
  AttemptChosen: z.object({ phase: z.string(), instanceId: Id }),
  /** Nobody goes on with this attempt: its agent is stopped and its review withdrawn. */
  AttemptSetAside: z.object({ phase: z.string(), instanceId: Id, reason: z.string() }),
  /** `instanceId`: whose work it is that counts from now on. */
  PhaseApproved: z.object({ phase: z.string(), reviewId: Id.nullable(), instanceId: AttemptOf }),
  /**
   * Approved work is worked on again: it cannot be merged as it is, a person wants it otherwise, its forge finds fault
   * with it, or the task starts over. `automatic`: null when a person sent it back.
   * `instanceId`: whose work is taken up.
   */
  PhaseReopened: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    reason: ReopenReason,
    detail: z.string(),
    conflicts: z.array(z.string()),
    instanceId: AttemptOf,
    automatic: AutomaticRound.nullable(),
  }),
  /**
   * Work waits for something that is not the task's own doing; it goes on by itself when that is there. The same cause
   * again is no new event. `needsPerson`: it lasts so long, or is of such a kind, that somebody has to look.
   */
  TaskHeldBack: z.object({ cause: HoldCause, detail: z.string(), needsPerson: z.boolean() }),
  TaskPaused: z.object({}),
  /** After a pause, or after it was cancelled and its pull request was opened again at its forge. */
  TaskResumed: z.object({}),
  TaskCancelled: z.object({ reason: z.string() }),
  TaskFailed: z.object({ code: z.string(), detail: z.string(), instanceId: Id.nullable() }),
  TaskRetried: z.object({}),
  TaskCompleted: z.object({ pullRequestId: Id.nullable() }),
  TaskDeleted: z.object({}),
} as const;
