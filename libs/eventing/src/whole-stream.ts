import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventOn, EventStore, StreamRange } from './event-store.ts';

const PAGE = 1_000;

/** Every event of a stream from a version on, page by page: an answer over the bus has a size limit. */
export function readWholeStream<Stream extends string>(
  store: Pick<EventStore, 'readStream'>,
  stream: Stream,
  fromVersion = 1,
): Promise<EventOn<Stream>[]> {
  return readPages((_, range) => store.readStream(stream, range), stream, fromVersion);
}

/** The same by any reader of pages. */
export async function readPages<Event extends RecordedEvent>(
  readStream: (stream: string, range: StreamRange) => Promise<Event[]>,
  stream: string,
  fromVersion: number,
): Promise<Event[]> {
  const events: Event[] = [];
  for (;;) {
    const page = await readStream(stream, { fromVersion: fromVersion + events.length, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}
