import { z } from 'zod';
import { AgentProgram } from '../agent-program.ts';
import { LossCause } from '../causes.ts';
import { Id } from '../ids.ts';
import { AgentKind } from '../worker/protocol.ts';

const epoch = z.number().int().positive();

export const RuntimeName = z.enum(['docker', 'process']);
export type RuntimeName = z.infer<typeof RuntimeName>;

/** A draft is opened as one: its agent says that it is not meant to be merged yet. */
export const PullRequestProposal = z.object({ title: z.string(), body: z.string(), draft: z.boolean() });
export type PullRequestProposal = z.infer<typeof PullRequestProposal>;

/** A document as a person approved it or wrote it anew, by its blob. */
export const ApprovedDocument = z.object({ path: z.string(), blobId: z.string() });
export type ApprovedDocument = z.infer<typeof ApprovedDocument>;

export const instanceEvents = {
  InstanceQueued: z.object({
    name: z.string(),
    taskId: Id,
    repositoryId: Id,
    kind: AgentKind,
    phase: z.string(),
    attempt: z.number().int().positive(),
    branch: z.string(),
    baseBranch: z.string(),
    model: z.string().nullable(),
  }),
  /** A manager took it and starts epoch N; older epochs are fenced from here on. */
  InstanceStarting: z.object({
    epoch,
    managerId: z.string(),
    /** Where its files and its worker are; absent in what was stored while there was one host. */
    hostId: z.string().optional(),
    runtime: RuntimeName,
    resumeSessionId: z.string().nullable(),
  }),
  /** The supervisor passed its preflight. */
  InstanceStarted: z.object({ epoch, handle: z.string(), baseSha: z.string() }),
  /** The agent's program said that its session exists. `program` and `model` are facts of that session. */
  InstanceAttached: z.object({
    epoch,
    sessionId: z.string(),
    program: AgentProgram,
    model: z.string(),
    resumed: z.boolean(),
  }),
  ProgressReported: z.object({ step: z.string(), percent: z.number().min(0).max(100).nullable(), note: z.string() }),
  /** The agent says its phase is finished; the manager now collects the work. */
  PhaseSubmitted: z.object({
    phase: z.string(),
    round: z.number().int().positive(),
    summary: z.string(),
    deliverables: z.array(z.string()),
    via: z.enum(['tool', 'text', 'turn_end']),
    /** How the agent would like its pull request to read; null when it named nothing. */
    proposal: PullRequestProposal.nullable(),
  }),
  /** A turn of the session ended; figures as the agent's program gave them. `journalSeq` points into the journal. */
  TurnEnded: z.object({
    epoch,
    journalSeq: z.number().int().positive(),
    subtype: z.string(),
    isError: z.boolean(),
    toolCalls: z.number().int().nonnegative(),
    durationMs: z.number().nonnegative(),
    costUsd: z.number().nonnegative(),
  }),
  CheckpointSaved: z.object({
    epoch,
    sessionId: z.string(),
    headSha: z.string(),
    transcriptBlobId: z.string().nullable(),
    bundleBlobId: z.string().nullable(),
    reason: z.string(),
  }),
  /** A piece of its journal was put away: these records lie, compressed, in this blob. */
  JournalKept: z.object({
    epoch,
    fromSeq: z.number().int().positive(),
    toSeq: z.number().int().positive(),
    blobId: z.string(),
  }),
  /** A review's comments go back to the agent as a message. */
  FeedbackSent: z.object({
    messageId: Id,
    reviewId: Id,
    round: z.number().int().positive(),
    text: z.string(),
    /** What a person wrote in place of the agent's documents; put behind the message when it is delivered. */
    documents: z.array(ApprovedDocument).optional(),
  }),
  MessageSent: z.object({
    messageId: Id,
    text: z.string(),
    interrupt: z.boolean(),
    /** The server sent it by itself to bring this phase and round to its end; there is a bound to that. */
    reminder: z.object({ phase: z.string(), round: z.number().int().positive() }).optional(),
    /** Their text is put behind the message when it is delivered. */
    documents: z.array(ApprovedDocument).optional(),
  }),
  MessageCancelled: z.object({ messageId: Id }),
  MessageDelivered: z.object({ messageId: Id, epoch }),
  ErrorReported: z.object({ errorType: z.string(), message: z.string() }),
  ProtocolWarningRaised: z.object({ block: z.string(), problem: z.string() }),
  InstancePaused: z.object({}),
  InstanceResumed: z.object({}),
  /** The runtime no longer has it, and nobody stopped it. A new epoch continues it. */
  InstanceLost: z.object({ epoch, reason: z.string(), cause: LossCause }),
  InstanceFailed: z.object({ code: z.string(), detail: z.string() }),
  InstanceStopped: z.object({ reason: z.string() }),
  InstanceCompleted: z.object({}),
} as const;
