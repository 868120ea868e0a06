import type { BackgroundTask, JournalEntry, LossCause, WorkerCommand } from '@claude-codex/contracts';
import type { RuntimeConnection, RuntimeHandle } from '../runtimes/runtime.ts';
import { SERVER_RESTARTED, type WorldInstance } from '../world/world.ts';

/** The supervisor's answer to `collect`. */
export type Collected = Extract<JournalEntry, { type: 'collected' }>;

export interface FinishedTurn {
  readonly seq: number;
  readonly at: number;
  readonly isError: boolean;
  readonly subtype: string;
  readonly result: string;
  /** What its end waited for. */
  readonly waited: Extract<JournalEntry, { type: 'turn_ended' }>['waited'];
  /** Whether the manager has looked at what came out of it. */
  looked: boolean;
}

/** The supervisor's answer to a command; `at` by its clock. */
export interface Ack {
  readonly ok: boolean;
  readonly detail: string;
  readonly cause: Extract<JournalEntry, { type: 'ack' }>['cause'];
  readonly at: number;
}

/** What one manager knows about one running epoch, read off its journal. */
export interface RunState {
  readonly instanceId: string;
  readonly epoch: number;
  readonly handle: RuntimeHandle;
  readonly connection: RuntimeConnection;
  /** The supervisor passed its preflight. */
  started: boolean;
  /** Its supervisor puts documents that go with a message into the agent's files. */
  putsDocuments: boolean;
  /** The first prompt reached the session: from here on messages may follow. */
  prompted: boolean;
  busy: boolean;
  turn: FinishedTurn | null;
  /** Tool calls of the turn under way. */
  toolCalls: number;
  /** Those without a result so far, and what runs beside the agent. */
  readonly openCalls: Set<string>;
  background: readonly BackgroundTask[];
  /** When something that runs beside the agent last came to an end, in ms: the agent hears of it and goes on. */
  newsAt: number;
  paused: boolean;
  /** A model limit ends at this time. */
  limitedUntil: number;
  /** Why it ended, by its own account. */
  ending: { cause: LossCause; reason: string } | null;
  /** When something was last heard of it, in ms since 1970 by this manager's clock. */
  heardAt: number;
  readonly sent: Set<string>;
  readonly acks: Map<string, Ack>;
  /** What it asked last of a person who has not answered yet, and when this manager saw that (ms). */
  asked: { readonly id: string; readonly seenAt: number } | null;
  /** Collected work that waits for a person's decision. */
  undecided: Collected | null;
  /** The commit whose values a person accepted; it is collected once more. */
  accepted: string | null;
  /** Hand-overs that came to an end, one way or the other. */
  readonly settled: Set<string>;
  /** Aborted when this manager lets go of the epoch. */
  readonly letGo: AbortSignal;
}

export function newRunState(
  facts: Pick<RunState, 'instanceId' | 'epoch' | 'handle' | 'connection' | 'letGo'>,
): RunState {
  return {
    ...facts,
    started: false,
    putsDocuments: false,
    prompted: false,
    busy: true,
    turn: null,
    toolCalls: 0,
    openCalls: new Set(),
    background: [],
    newsAt: 0,
    paused: facts.handle.status === 'paused',
    limitedUntil: 0,
    ending: null,
    heardAt: Date.now(),
    sent: new Set(),
    acks: new Map(),
    asked: null,
    undecided: null,
    accepted: null,
    settled: new Set(),
  };
}

/** Sends a command once per connection; the worker does each id once per epoch, so a repetition is harmless. */
export async function sendOnce(run: RunState, command: Exclude<WorkerCommand, { type: 'ping' }>): Promise<void> {
  if (run.sent.has(command.id)) return;
  await run.connection.send(command);
  run.sent.add(command.id);
}

/** Whether something is still made of what the agent did last: a hand-over is taken in, or the end of its turn looked at. */
export function concludes(run: RunState, instance: WorldInstance | undefined): boolean {
  const submission = instance?.submission ?? null;
  if (submission !== null) return !run.settled.has(submission.eventId);
  return run.turn !== null && !run.turn.looked;
}

/** The part of the state that follows from a record alone. `at` in milliseconds. */
export function noteRecord(run: RunState, seq: number, at: number, entry: JournalEntry): void {
  run.heardAt = Date.now();
  switch (entry.type) {
    case 'supervisor_started':
      run.started = true;
      run.putsDocuments = entry.putsDocuments === true;
      return;
    case 'user_message':
      run.prompted = true;
      // The prompt may be a message that waited.
      if (entry.commandId !== null) run.sent.add(entry.commandId);
      run.busy = true;
      run.turn = null;
      run.toolCalls = 0;
      return;
    case 'tool_call':
      run.toolCalls += 1;
      run.openCalls.add(entry.toolUseId);
      return;
    case 'tool_result':
      run.openCalls.delete(entry.toolUseId);
      return;
    case 'background':
      if (entry.running.length < run.background.length) run.newsAt = at;
      run.background = entry.running;
      return;
    case 'turn_ended': {
      const { isError, subtype, result, waited } = entry;
      run.busy = false;
      run.toolCalls = 0;
      run.openCalls.clear();
      run.turn = { seq, at, isError, subtype, result, waited, looked: false };
      return;
    }
    case 'ack':
      run.acks.set(entry.commandId, { ok: entry.ok, detail: entry.detail, cause: entry.cause, at });
      return;
    case 'rate_limited':
      if (entry.resetsAt !== null) run.limitedUntil = Date.parse(entry.resetsAt);
      return;
    case 'preflight_failed':
      run.ending = { cause: preflightCause(entry), reason: `preflight ${entry.check}: ${entry.detail}` };
      return;
    case 'exited':
      run.ending ??= exitedBecause(entry);
      return;
    default:
  }
}

function preflightCause({ check, detail }: Extract<JournalEntry, { type: 'preflight_failed' }>): LossCause {
  if (check === 'egress') return 'egress_away';
  if (check === 'resume') return 'session_missing';
  return /ENOSPC|EDQUOT|no space left/i.test(detail) ? 'disk_full' : 'start_failed';
}

function exitedBecause({ reason, detail }: Extract<JournalEntry, { type: 'exited' }>): RunState['ending'] {
  if (reason === 'orphaned') {
    return { cause: 'server_restarted', reason: `${SERVER_RESTARTED} and the agent ended itself` };
  }
  return { cause: reason === 'signal' ? 'worker_killed' : 'agent_ended', reason: `${reason}: ${detail}` };
}
