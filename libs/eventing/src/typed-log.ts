import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventStore, StreamRange } from './event-store.ts';
import type { Snapshot } from './snapshots.ts';

/** The log as an adapter reads it: events on any stream, lifted to today's schemas. */
export interface UntypedLog extends Omit<EventStore, 'readStream' | 'readAll' | 'load'> {
  readStream(stream: string, options?: StreamRange): Promise<RecordedEvent[]>;
  readAll(options: { after: number; limit: number }): Promise<RecordedEvent[]>;
  load(
    stream: string,
    schemaVersion: number,
    commandId: string | null,
  ): Promise<{ kept: Snapshot | null; events: RecordedEvent[] }>;
}

/**
 * What comes out of a log gets its types here, once for all who read it. They hold because of what goes in: `append`
 * takes an event of a known type, with data of its schema, on a stream of its category, and nothing else.
 */
export function typedLog<Log extends UntypedLog>(log: Log): Omit<Log, keyof EventStore> & EventStore {
  return log as unknown as Omit<Log, keyof EventStore> & EventStore;
}
