import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventStore } from './event-store.ts';

const PAGE = 1_000;

/** Every event of a stream from a version on, page by page: an answer over the bus has a size limit. */
export async function readWholeStream(
  store: Pick<EventStore, 'readStream'>,
  stream: string,
  fromVersion = 1,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readStream(stream, { fromVersion: fromVersion + events.length, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}
