import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { EventStore } from './event-store.ts';

const PAGE = 1_000;

/** Every event of a stream, page by page: an answer over the bus has a size limit. */
export async function readWholeStream(store: Pick<EventStore, 'readStream'>, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readStream(stream, { fromVersion: events.length + 1, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}
