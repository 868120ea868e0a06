import type { NewEvent, RecordedEvent } from '@claude-codex/contracts/envelope';
import { type Decider, fold, type Seen } from './decider.ts';
import type { EventStore, StreamRange } from './event-store.ts';
import { SNAPSHOT_EVERY, type Snapshot } from './snapshots.ts';
import { readPages, readWholeStream } from './whole-stream.ts';

/** What of a decider is needed to load its stream. */
export type Folder<State, Event extends NewEvent> = Pick<
  Decider<State, never, Event>,
  'initialState' | 'evolve' | 'snapshot'
>;

export type StreamReader = Pick<EventStore, 'readStream' | 'load' | 'snapshots'>;

export interface LoadedStream<State, Event> {
  state: State;
  /** 0 for a stream that does not exist. */
  version: number;
  /** Events of the given command, if it was handled before. */
  earlier: (Seen<Event> & RecordedEvent)[];
}

/**
 * An aggregate as it is now: its last snapshot and the events since, or all of them when it keeps no snapshots. A
 * command that was answered before is looked for in the whole stream, because a snapshot does not tell its events.
 */
export async function loadStream<State, Event extends NewEvent>(
  store: StreamReader,
  stream: string,
  decider: Folder<State, Event>,
  commandId: string | null = null,
): Promise<LoadedStream<State, Event>> {
  const schemaVersion = decider.snapshot?.schemaVersion;
  const { kept, events: read } =
    schemaVersion === undefined
      ? { kept: null, events: await readWholeStream(store, stream) }
      : await store.load(stream, schemaVersion, commandId);
  const base = baseOf(kept);
  const before = base?.version ?? 0;
  // Which events a decider folds is known to whoever names the stream with it.
  const events = read as unknown as (Seen<Event> & RecordedEvent)[];
  const initialState = base === null ? decider.initialState : (base.state as State);
  const state = fold({ initialState, evolve: decider.evolve }, events);
  const version = events.at(-1)?.version ?? before;
  if (schemaVersion !== undefined && version - (kept?.version ?? 0) >= SNAPSHOT_EVERY) {
    store.snapshots.keep(stream, schemaVersion, { version, state });
  }
  return { state, version, earlier: events.filter((event) => event.meta.commandId === commandId) };
}

/** The part of `EventStore.load` that is the same for every store that is near: the events that go with a snapshot. */
export async function withEventsSince(
  readers: { readStream(stream: string, range: StreamRange): Promise<RecordedEvent[]> },
  stream: string,
  kept: Snapshot | null,
): Promise<{ kept: Snapshot | null; events: RecordedEvent[] }> {
  return { kept, events: await readPages(readers.readStream, stream, (baseOf(kept)?.version ?? 0) + 1) };
}

/** What may be folded on: a command that was answered before is looked for in the whole stream. */
export function baseOf(kept: Snapshot | null): Snapshot | null {
  return kept === null || kept.answered ? null : kept;
}
