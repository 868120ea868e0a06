import { z } from 'zod';
import { AgentProgram, claudeCode } from '../agent-program.ts';

/**
 * The protocol between an agent manager and the supervisor it started (in a container or as a process).
 *
 * Both directions are newline-delimited JSON. The supervisor reads `WorkerCommand` lines; the first must be `start`,
 * but for pings, which say that it is on its way.
 * It writes `JournalRecord` lines, numbered from 1 without gaps: the engine's log (or the journal file) is the durable
 * outbox, so a manager that comes back follows it from the last number it stored. Commands carry an id and are
 * acknowledged in the journal, so that sending one again does it once.
 */
export const AgentKind = z.enum(['planning', 'coding', 'review', 'adhoc']);
export type AgentKind = z.infer<typeof AgentKind>;

/** In the agent's home: documents to read that are no part of its work. */
export const DOCUMENTS_FOLDER = 'documents';

/** A document that goes with what an agent is told. It is put into its files before it reads the words. */
export const WorkerDocument = z.object({
  /** `checkout`: part of the work. `home`: to read only, in `DOCUMENTS_FOLDER`, where no commit takes it in. */
  place: z.enum(['checkout', 'home']),
  /** In that place. */
  path: z.string(),
  /** Bytes and not text: what people hand over need not be any. */
  base64: z.base64(),
});
export type WorkerDocument = z.infer<typeof WorkerDocument>;

export const WorkerStart = z.object({
  type: z.literal('start'),
  id: z.string(),
  instanceId: z.string(),
  instanceName: z.string(),
  epoch: z.number().int().positive(),
  kind: AgentKind,
  /** Absolute paths as the supervisor sees them. */
  paths: z.object({
    checkout: z.string(),
    home: z.string(),
    /** Unix socket of the egress service for this instance and epoch. */
    egressSocket: z.string(),
  }),
  /** First user message of the session, or of the continuation when `resumeSessionId` is set. */
  prompt: z.string(),
  /** Of the message that the prompt is, when it is one that waited. */
  promptId: z.string().optional(),
  documents: z.array(WorkerDocument).optional(),
  systemPrompt: z.string(),
  model: z.string().nullable(),
  resumeSessionId: z.string().nullable(),
  /** Names and values for the agent's commands; values are masked in everything written. */
  secrets: z.record(z.string(), z.string()),
  env: z.record(z.string(), z.string()),
  /** Branch the work is committed on and the commit it started from. */
  branch: z.string(),
  baseSha: z.string(),
  maxBudgetUsd: z.number().positive().nullable(),
  /** The supervisor ends itself when no command or ping came for so long; null = never. */
  orphanTimeoutMs: z.number().int().positive().nullable(),
  /** tools the agent may call without asking; anything else becomes a `permission_requested` record. */
  permissions: z.object({ mode: z.enum(['allow_all', 'ask']), allowTools: z.array(z.string()) }),
});
export type WorkerStart = z.infer<typeof WorkerStart>;

/** Commits what is uncommitted, hands over a bundle, the deliverables and the transcript. */
export const CollectCommand = z.object({
  type: z.literal('collect'),
  id: z.string(),
  deliverables: z.array(z.string()),
  /** What the agent was told before (`findingText`): of what stands in the way all the same, the files are taken. */
  told: z.array(z.string()).optional(),
  /** The commit a person accepted with the values in it: without that, such commits do not leave their place. */
  accepted: z.string().optional(),
  /** The agent is in the middle of its work: what is there is taken without a trace in its repository. */
  snapshot: z.boolean().optional(),
});
export type CollectCommand = z.infer<typeof CollectCommand>;

export const WorkerCommand = z.discriminatedUnion('type', [
  WorkerStart,
  /** A message into the session; with `interrupt` the current turn is cut short first. */
  z.object({
    type: z.literal('message'),
    id: z.string(),
    text: z.string(),
    interrupt: z.boolean(),
    documents: z.array(WorkerDocument).optional(),
  }),
  /** Sets an environment variable for every later command of the agent, and masks its value from now on. */
  z.object({ type: z.literal('set_secret'), id: z.string(), name: z.string(), value: z.string() }),
  CollectCommand,
  z.object({
    type: z.literal('permission'),
    id: z.string(),
    requestId: z.string(),
    decision: z.enum(['allow', 'deny']),
    reason: z.string(),
  }),
  z.object({ type: z.literal('interrupt'), id: z.string() }),
  /** Ends the session and the process; the last record is `exited`. */
  z.object({ type: z.literal('stop'), id: z.string(), reason: z.string() }),
  /** Sent every second or two; keeps the supervisor from thinking it was orphaned. Not acknowledged. */
  z.object({ type: z.literal('ping') }),
]);
export type WorkerCommand = z.infer<typeof WorkerCommand>;

/** Something about collected work that a reviewer has to know, and what the agent can do about it (null: nothing). */
export const Finding = z.object({ code: z.string(), what: z.string(), remedy: z.string().nullable() });
export type Finding = z.infer<typeof Finding>;

/** A finding as the agent reads it. The same finding gives the same words, so that it is known to have been told. */
export function findingText({ what, remedy }: Finding): string {
  return remedy === null ? what : `${what} ${remedy}`;
}

/** Where a value a person gave stands in the commits: its name, never the value. */
export const SecretPlace = z.object({ name: z.string(), path: z.string(), line: z.number().int().positive() });
export type SecretPlace = z.infer<typeof SecretPlace>;

/** `toolUseId` of the call that started the sub-agent whose entry this is; absent for the agent's own. */
const within = z.string().optional();

/** What an agent started and what runs beside its turn: sub-agents, shells in the background, monitors. */
export const BackgroundTask = z.object({ id: z.string(), kind: z.enum(['agent', 'command']), what: z.string() });
export type BackgroundTask = z.infer<typeof BackgroundTask>;

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  costUsd: z.number(),
});

export const JournalEntry = z.discriminatedUnion('type', [
  /** Preflight passed (egress answers, home and tmp are writable, no credential in the environment). */
  z.object({
    type: z.literal('supervisor_started'),
    pid: z.number(),
    epoch: z.number(),
    versions: z.record(z.string(), z.string()),
    /** It puts documents into the agent's files; those of earlier releases leave them out without a word. */
    putsDocuments: z.boolean().optional(),
  }),
  z.object({ type: z.literal('preflight_failed'), check: z.string(), detail: z.string() }),
  /** The agent's program is there. `claudeCodeVersion` is in journals of earlier releases only: read it with `programOf`. */
  z.object({
    type: z.literal('session_started'),
    sessionId: z.string(),
    program: AgentProgram.optional(),
    claudeCodeVersion: z.string().optional(),
    model: z.string(),
    tools: z.array(z.string()),
    resumed: z.boolean(),
  }),
  z.object({ type: z.literal('user_message'), commandId: z.string().nullable(), text: z.string() }),
  z.object({ type: z.literal('assistant_text'), text: z.string(), within }),
  z.object({ type: z.literal('thinking'), text: z.string(), within }),
  z.object({ type: z.literal('tool_call'), toolUseId: z.string(), tool: z.string(), input: z.unknown(), within }),
  z.object({
    type: z.literal('tool_result'),
    within,
    toolUseId: z.string(),
    isError: z.boolean(),
    output: z.string(),
    truncated: z.boolean(),
  }),
  /** All that runs in the background from here on. */
  z.object({ type: z.literal('background'), running: z.array(BackgroundTask) }),
  /** A call started a sub-agent, or woke one; `subAgentId` is what it goes by where its calls of the model are counted. */
  z.object({ type: z.literal('subagent_started'), toolUseId: z.string(), subAgentId: z.string() }),
  /** A sub-agent came to its end; its tokens are part of the turn's cost. */
  z.object({
    type: z.literal('subagent_ended'),
    toolUseId: z.string(),
    status: z.enum(['completed', 'failed', 'stopped']),
    tokens: z.number().nonnegative(),
    toolCalls: z.number().int().nonnegative(),
    durationMs: z.number().nonnegative(),
  }),
  /**
   * A turn is over: the agent has stopped, and so has all that it had started. From Claude Code's own `result` messages,
   * `numTurns` etc. as it reports them.
   */
  z.object({
    type: z.literal('turn_ended'),
    subtype: z.string(),
    isError: z.boolean(),
    result: z.string(),
    sessionId: z.string(),
    durationMs: z.number(),
    numTurns: z.number(),
    toolCalls: z.number(),
    usage,
    /** What its end waited for. `cutShort`: it ran longer than anybody waits, and was ended. */
    waited: z
      .array(BackgroundTask.omit({ id: true }).extend({ seconds: z.number().nonnegative(), cutShort: z.boolean() }))
      .optional(),
  }),
  z.object({
    type: z.literal('rate_limited'),
    status: z.string(),
    resetsAt: z.string().nullable(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('permission_requested'), requestId: z.string(), tool: z.string(), input: z.unknown() }),
  /** T9: a block of the text protocol found in assistant text; `problem` set when it was malformed. Each block has a stable id. */
  z.object({
    type: z.literal('text_block'),
    blockId: z.string(),
    block: z.enum(['DEPENDENCY_REQUEST', 'USER_QUESTION', 'PHASE_COMPLETE', 'ERROR']),
    value: z.record(z.string(), z.unknown()).nullable(),
    problem: z.string().nullable(),
  }),
  /** Answer to `collect`. Blob ids are those egress returned for the upload. `bundleBlobId` is null when there is no commit beyond the base, and while nobody accepted the `secrets` in it. */
  z.object({
    type: z.literal('collected'),
    commandId: z.string(),
    headSha: z.string(),
    commits: z.number().int().nonnegative(),
    bundleBlobId: z.string().nullable(),
    transcriptBlobId: z.string().nullable(),
    deliverables: z.array(z.object({ path: z.string(), blobId: z.string(), bytes: z.number(), sha256: z.string() })),
    missingDeliverables: z.array(z.string()),
    findings: z.array(Finding).optional(),
    secrets: z.array(SecretPlace).optional(),
    /** The repository was gone: the bundle holds the files as one commit without history, to be put on the base. */
    withoutHistory: z.boolean().optional(),
  }),
  /** Every command but ping and start is acknowledged; a repeated id is acknowledged again and not done again. */
  z.object({
    type: z.literal('ack'),
    commandId: z.string(),
    ok: z.boolean(),
    detail: z.string(),
    /** Whose doing a refusal is, as far as the supervisor can tell; without it the agent's work itself may be the reason. */
    cause: z.enum(['disk_full', 'egress_away']).optional(),
  }),
  /** `rssBytes` is in journals of earlier releases only: runtimes measure what an agent and all it started hold. */
  z.object({ type: z.literal('heartbeat'), rssBytes: z.number().optional(), busy: z.boolean() }),
  z.object({ type: z.literal('warning'), code: z.string(), detail: z.string() }),
  z.object({
    type: z.literal('exited'),
    reason: z.enum(['stopped', 'orphaned', 'failed', 'signal']),
    detail: z.string(),
  }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

/** The program of a `session_started`, whichever release wrote it. */
export function programOf(entry: Extract<JournalEntry, { type: 'session_started' }>): AgentProgram {
  return entry.program ?? claudeCode(entry.claudeCodeVersion ?? '');
}

/** One line of the journal. `seq` counts from 1 within an epoch; `at` is the worker's clock. */
export const JournalRecord = z.object({
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  entry: JournalEntry,
});
export type JournalRecord = z.infer<typeof JournalRecord>;

/** Environment of the supervisor: milliseconds it waits for `start` before it takes itself for an orphan. */
export const START_TIMEOUT_NAME = 'CODEX_START_TIMEOUT_MS';

/**
 * Environment of the supervisor: how it gets its agent's side. A path is a socket it listens on, a JSON list the
 * command line it starts; without it, it starts the program beside itself.
 */
export const AGENT_SIDE_NAME = 'CODEX_AGENT_SIDE';
