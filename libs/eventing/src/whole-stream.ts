import type { EventOn, EventStore } from './event-store.ts';

const PAGE = 1_000;

/** Every event of a stream from a version on, page by page: an answer over the bus has a size limit. */
export async function readWholeStream<Stream extends string>(
  store: Pick<EventStore, 'readStream'>,
  stream: Stream,
  fromVersion = 1,
): Promise<EventOn<Stream>[]> {
  const events: EventOn<Stream>[] = [];
  for (;;) {
    const page = await store.readStream(stream, { fromVersion: fromVersion + events.length, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}
