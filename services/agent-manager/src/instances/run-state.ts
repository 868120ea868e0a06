import type { JournalEntry, WorkerCommand } from '@claude-codex/contracts';
import type { RuntimeConnection, RuntimeHandle } from '../runtimes/runtime.ts';
import { SERVER_RESTARTED } from '../world/world.ts';

/** The supervisor's answer to `collect`. */
export type Collected = Extract<JournalEntry, { type: 'collected' }>;

export interface FinishedTurn {
  readonly seq: number;
  readonly at: number;
  readonly isError: boolean;
  readonly subtype: string;
  readonly result: string;
  /** Whether the manager has looked at what came out of it. */
  looked: boolean;
}

/** What one manager knows about one running epoch, read off its journal. */
export interface RunState {
  readonly instanceId: string;
  readonly epoch: number;
  readonly handle: RuntimeHandle;
  readonly connection: RuntimeConnection;
  /** The supervisor passed its preflight. */
  started: boolean;
  /** The first prompt reached the session: from here on messages may follow. */
  prompted: boolean;
  busy: boolean;
  turn: FinishedTurn | null;
  /** Tool calls of the turn under way. */
  toolCalls: number;
  paused: boolean;
  /** A model limit ends at this time. */
  limitedUntil: number;
  /** Why it ended, in the worker's own words. */
  ending: string | null;
  readonly sent: Set<string>;
  readonly acks: Map<string, { ok: boolean; detail: string }>;
  /** Collected work that waits for a person's decision. */
  heldBack: Collected | null;
  /** Hand-overs that came to an end, one way or the other. */
  readonly settled: Set<string>;
}

export function newRunState(facts: Pick<RunState, 'instanceId' | 'epoch' | 'handle' | 'connection'>): RunState {
  return {
    ...facts,
    started: false,
    prompted: false,
    busy: true,
    turn: null,
    toolCalls: 0,
    paused: facts.handle.status === 'paused',
    limitedUntil: 0,
    ending: null,
    sent: new Set(),
    acks: new Map(),
    heldBack: null,
    settled: new Set(),
  };
}

/** Sends a command once per connection; the worker does each id once per epoch, so a repetition is harmless. */
export async function sendOnce(run: RunState, command: Exclude<WorkerCommand, { type: 'ping' }>): Promise<void> {
  if (run.sent.has(command.id)) return;
  await run.connection.send(command);
  run.sent.add(command.id);
}

/** The part of the state that follows from a record alone. `at` in milliseconds. */
export function noteRecord(run: RunState, seq: number, at: number, entry: JournalEntry): void {
  switch (entry.type) {
    case 'supervisor_started':
      run.started = true;
      return;
    case 'user_message':
      run.prompted = true;
      run.busy = true;
      run.turn = null;
      run.toolCalls = 0;
      return;
    case 'tool_call':
      run.toolCalls += 1;
      return;
    case 'turn_ended':
      run.busy = false;
      run.toolCalls = 0;
      run.turn = { seq, at, isError: entry.isError, subtype: entry.subtype, result: entry.result, looked: false };
      return;
    case 'ack':
      run.acks.set(entry.commandId, { ok: entry.ok, detail: entry.detail });
      return;
    case 'rate_limited':
      if (entry.resetsAt !== null) run.limitedUntil = Date.parse(entry.resetsAt);
      return;
    case 'preflight_failed':
      run.ending = `preflight ${entry.check}: ${entry.detail}`;
      return;
    case 'exited':
      run.ending ??=
        entry.reason === 'orphaned'
          ? `${SERVER_RESTARTED} and the agent ended itself`
          : `${entry.reason}: ${entry.detail}`;
      return;
    default:
  }
}
