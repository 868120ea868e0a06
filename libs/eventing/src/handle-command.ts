import type { AppendRequest, EventMeta, ExpectedVersion, NewEvent } from '@claude-codex/contracts/envelope';
import type { Decider } from './decider.ts';
import type { EventStore } from './event-store.ts';
import { EventStoreError } from './event-store-error.ts';
import { type Folder, loadStream } from './load-stream.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

/** 16 streams of 100 events: the most `AppendRequest` takes. */
const MAX_EVENTS_PER_APPEND = 1_600;

export type CommandMeta = Omit<EventMeta, 'commandId'>;

export interface Handled<State, Event> {
  /** The last position written, for read-your-writes; null when the command changed nothing. */
  position: number | null;
  /** True when this command id had been handled before: position and events are those of the first time. */
  duplicate: boolean;
  events: Event[];
  /** The state after the command. */
  state: State;
}

export interface CommandRequest<State, Command, Event extends NewEvent> {
  /** Same id, same effect once: a repeated command is answered from the stream instead of being decided again. */
  commandId: string;
  meta: CommandMeta;
  stream: string;
  decider: Decider<State, Command, Event>;
  command: Command;
  /** Tries in all, when other writers keep getting in between. Default 8. */
  attempts?: number;
}

/**
 * Loads the stream, decides, and appends with the version seen; on a conflict loads and decides again. No events
 * decided: nothing is appended. Throws what `decide` throws, and `EventStoreError` (APPEND_CONFLICT after the last try).
 */
export async function handleCommand<State, Command, Event extends NewEvent>(
  store: EventStore,
  request: CommandRequest<State, Command, Event>,
): Promise<Handled<State, Event>> {
  const { commandId, decider, stream } = request;
  return retryOnConflict(request.attempts, async () => {
    const { state: before, version, earlier } = await loadStream<State, Event>(store, stream, decider, commandId);
    const last = earlier.at(-1);
    if (last !== undefined) return { position: last.position, duplicate: true, events: earlier, state: before };

    const events = decider.decide(request.command, before);
    if (events.length === 0) return { position: null, duplicate: false, events, state: before };
    const writes = [{ stream, expectedVersion: version, events }];
    const result = await store.append({ commandId, meta: request.meta, writes });
    if (result.status === 'conflict') return result;
    if (result.status === 'misuse') throw new EventStoreError('COMMAND_ID_MISUSED', { commandId });
    const state = events.reduce<State>((current, event) => decider.evolve(current, event), before);
    return { position: result.lastPosition, duplicate: result.duplicate, events, state };
  });
}

/** Loads one aggregate inside `handleTransaction`: its state, and the version the write must expect. */
export type Load = <State, Event extends NewEvent>(
  stream: string,
  decider: Folder<State, Event>,
) => Promise<{ state: State; version: number }>;

export interface StreamWrite {
  stream: string;
  /** Default: the version seen by `load`, or `any` for a stream that was not loaded. */
  expectedVersion?: ExpectedVersion;
  events: NewEvent[];
}

export interface TransactionRequest {
  commandId: string;
  meta: CommandMeta;
  decide: (load: Load) => Promise<StreamWrite[]>;
  attempts?: number;
}

export interface TransactionHandled {
  position: number | null;
  duplicate: boolean;
  writes: StreamWrite[];
}

/** Thrown out of `decide` when a loaded stream already holds this command's events. */
class AlreadyHandled extends Error {
  readonly position: number;

  constructor(position: number) {
    super('the command was handled before');
    this.position = position;
  }
}

/**
 * Several streams, one atomic append. `decide` may run several times and must have no effect of its own. A repeated
 * command id is noticed as soon as `decide` loads a stream the first run wrote to, and is not decided again.
 */
export async function handleTransaction(store: EventStore, request: TransactionRequest): Promise<TransactionHandled> {
  const { commandId, meta } = request;
  return retryOnConflict(request.attempts, async () => {
    const versions = new Map<string, number>();
    const load: Load = async (stream, decider) => {
      const { state, version, earlier } = await loadStream(store, stream, decider, commandId);
      const last = earlier.at(-1);
      if (last !== undefined) throw new AlreadyHandled(last.position);
      versions.set(stream, version);
      return { state, version };
    };

    let decided: StreamWrite[];
    try {
      decided = await request.decide(load);
    } catch (error) {
      if (error instanceof AlreadyHandled) {
        return { position: await lastOfCommand(store, commandId, error.position), duplicate: true, writes: [] };
      }
      throw error;
    }
    const writes = decided.filter((write) => write.events.length > 0);
    if (writes.length === 0) return { position: null, duplicate: false, writes };
    const result = await store.append({ commandId, meta, writes: writes.map((write) => expecting(write, versions)) });
    if (result.status === 'conflict') return result;
    if (result.status === 'misuse') throw new EventStoreError('COMMAND_ID_MISUSED', { commandId });
    return { position: result.lastPosition, duplicate: result.duplicate, writes };
  });
}

/** An append lies in one piece, so the last event of a command is found by reading on from any of its events. */
async function lastOfCommand(store: EventStore, commandId: string, from: number): Promise<number> {
  const following = await store.readAll({ after: from, limit: MAX_EVENTS_PER_APPEND });
  const foreign = following.findIndex((event) => event.meta.commandId !== commandId);
  return following[(foreign === -1 ? following.length : foreign) - 1]?.position ?? from;
}

function expecting(write: StreamWrite, versions: ReadonlyMap<string, number>): AppendRequest['writes'][number] {
  const expectedVersion = write.expectedVersion ?? versions.get(write.stream) ?? 'any';
  return { stream: write.stream, expectedVersion, events: write.events };
}
