import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventStore, StreamRange } from './event-store.ts';

/** The log as an adapter reads it: events on any stream, lifted to today's schemas. */
export interface UntypedLog extends Omit<EventStore, 'readStream' | 'readAll'> {
  readStream(stream: string, options?: StreamRange): Promise<RecordedEvent[]>;
  readAll(options: { after: number; limit: number }): Promise<RecordedEvent[]>;
}

/**
 * What comes out of a log gets its types here, once for all who read it. They hold because of what goes in: `append`
 * takes an event of a known type, with data of its schema, on a stream of its category, and nothing else.
 */
export function typedLog<Log extends UntypedLog>(log: Log): Omit<Log, keyof EventStore> & EventStore {
  return log as unknown as Omit<Log, keyof EventStore> & EventStore;
}
