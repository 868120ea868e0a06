import type { LogCopy } from '@claude-codex/contracts/api/health';
import type { AppendRequest, RecordedEvent } from '@claude-codex/contracts/envelope';
import {
  KeepSnapshotRequest,
  LatestSnapshotRequest,
  ReadAllRequest,
  ReadStreamRequest,
} from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';

/** Several event stores may run: each request reaches one of them. */
export const QUEUE = { queue: 'event-store' };

/** A NATS message holds 1 MiB by default; a single append is at most half of that, so one event always fits. */
const PAGE_LENGTH = 700 * 1024;

/** The store checks an append itself, with the same answer whether it was asked over the bus or not. */
const Unchecked = z.custom<AppendRequest>(() => true);

/** Appends and reads over the bus; `relayed` is how far NATS is, where there is a relay. Returns a function that stops serving. */
export function serveLog(bus: Bus, store: EventStore, relayed?: () => number): () => void {
  const { append, readStream, readAll, headInfo, logCopy, snapshot } = subjects.eventStore;
  const stops = [
    serveJson(bus, append, Unchecked, (request) => store.append(request), QUEUE),
    serveJson(
      bus,
      readStream,
      ReadStreamRequest,
      async ({ stream, ...range }) => page(await store.readStream(stream, range)),
      QUEUE,
    ),
    serveJson(bus, readAll, ReadAllRequest, async (range) => page(await store.readAll(range)), QUEUE),
    serveJson(bus, headInfo, z.object({}), () => store.head(), QUEUE),
    serveJson(bus, logCopy, z.object({}), async () => copyOf(relayed), QUEUE),
    serveJson(
      bus,
      snapshot('latest'),
      LatestSnapshotRequest,
      ({ stream, schemaVersion, commandId }) => store.snapshots.latest(stream, schemaVersion, commandId),
      QUEUE,
    ),
    serveJson(
      bus,
      snapshot('keep'),
      KeepSnapshotRequest,
      async ({ stream, schemaVersion, version, state }) => {
        store.snapshots.keep(stream, schemaVersion, { version, state });
        return null;
      },
      QUEUE,
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function copyOf(relayed: (() => number) | undefined): LogCopy {
  return relayed === undefined ? { kind: 'none' } : { kind: 'copied', position: relayed() };
}

/** As many events as fit a message. The asker goes on after the last one when there is `more`. */
function page(events: RecordedEvent[]): { events: RecordedEvent[]; more: boolean } {
  let length = 0;
  const end = events.findIndex((event, index) => {
    length += JSON.stringify(event).length;
    return index > 0 && length > PAGE_LENGTH;
  });
  return end === -1 ? { events, more: false } : { events: events.slice(0, end), more: true };
}
