import type { AppendRequest, AppendResult, RecordedEvent } from '@claude-codex/contracts/envelope';
import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import { checkedWrites } from './checked-append.ts';
import type { Clock } from './clock.ts';
import type { EventStore, StreamRange } from './event-store.ts';
import { withEventsSince } from './load-stream.ts';
import { createMemorySnapshots } from './memory-snapshots.ts';
import { anyEvent, type SchemaRegistry } from './schema-registry.ts';
import { typedLog } from './typed-log.ts';

export interface MemoryEventStoreOptions {
  registry?: SchemaRegistry;
  clock?: Pick<Clock, 'now'>;
  epoch?: string;
}

/** The log in memory: the model the Postgres adapter is tested against, and the store of fast tests. */
export function createMemoryEventStore(options: MemoryEventStoreOptions = {}): EventStore {
  const { registry = anyEvent, clock = { now: () => Date.now() }, epoch = 'memory' } = options;
  const log: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  const answers = new Map<string, { content: string; result: AppendResult }>();
  const listeners = new Set<(position: number) => void>();

  function appendNow(request: AppendRequest): AppendResult {
    const checked = checkedWrites(request, registry);
    const { commandId, meta } = request;
    const earlier = answers.get(commandId);
    if (earlier !== undefined) {
      if (earlier.content !== checked.content) return { status: 'misuse', commandId };
      return earlier.result.status === 'appended' ? { ...earlier.result, duplicate: true } : earlier.result;
    }
    for (const { stream, expectedVersion } of checked.writes) {
      const actual = streams.get(stream)?.length ?? 0;
      if (expectedVersion !== 'any' && expectedVersion !== actual) {
        return { status: 'conflict', stream, expected: expectedVersion, actual };
      }
    }
    const firstPosition = log.length + 1;
    const at = new Date(clock.now()).toISOString();
    const versions: Record<string, number> = {};
    for (const { stream, events } of checked.writes) {
      const history = streams.get(stream) ?? [];
      streams.set(stream, history);
      for (const { type, schemaVersion, json } of events) {
        const position = log.length + 1;
        const eventId = String(position).padStart(26, '0');
        const place = { position, eventId, stream, version: history.length + 1, at, hash: '' };
        // What the text says, as a database gives it back: JSON knows no -0.
        const data: unknown = JSON.parse(json);
        const recorded = { ...place, type, schemaVersion, data, meta: { ...meta, commandId } };
        history.push(recorded);
        log.push(recorded);
      }
      versions[stream] = history.length;
    }
    const result: AppendResult = {
      status: 'appended',
      duplicate: false,
      firstPosition,
      lastPosition: log.length,
      versions,
    };
    answers.set(commandId, { content: checked.content, result });
    for (const listener of listeners) queueMicrotask(() => listener(result.lastPosition));
    return result;
  }

  function copies(events: RecordedEvent[]): RecordedDomainEvent[] {
    return events.map((event) => registry.upcast(structuredClone(event)));
  }

  const snapshots = createMemorySnapshots({
    head: (stream) => streams.get(stream)?.length ?? 0,
    answered: (commandId) => answers.has(commandId),
  });

  async function readStream(stream: string, range: StreamRange = {}): Promise<RecordedDomainEvent[]> {
    const { fromVersion = 1, limit = Number.MAX_SAFE_INTEGER } = range;
    const from = Math.max(fromVersion - 1, 0);
    return copies((streams.get(stream) ?? []).slice(from, from + limit));
  }

  return typedLog({
    append: async (request) => appendNow(request),
    readStream,
    load: (stream, schemaVersion, commandId) =>
      withEventsSince({ readStream }, stream, snapshots.latest(stream, schemaVersion, commandId)),
    readAll: async ({ after, limit }) => copies(log.slice(after, after + limit)),
    head: async () => ({ epoch, position: log.length }),
    onHead: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshots,
  });
}
