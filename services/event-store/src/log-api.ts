import type { LogCopy } from '@claude-codex/contracts/api/health';
import type { AppendRequest, RecordedEvent } from '@claude-codex/contracts/envelope';
import {
  type AppendAnswers,
  KeepSnapshotRequest,
  type LoadAnswer,
  LoadRequest,
  ReadAllRequest,
  ReadStreamRequest,
} from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { EventStore, LongStream } from '@claude-codex/eventing';
import type { Bus, Logger } from '@claude-codex/service-kit';
import { refusalOf } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { z } from 'zod';

/** Several event stores may run: each request reaches one of them. */
export const QUEUE = { queue: 'event-store' };

/** A NATS message holds 1 MiB by default; a single append is at most half of that, so one event always fits. */
const PAGE_LENGTH = 700 * 1024;

/** The store checks an append itself, with the same answer whether it was asked over the bus or not. */
const Unchecked = z.array(z.custom<AppendRequest>(() => true));

export interface LogApi {
  bus: Bus;
  store: EventStore;
  log: Logger;
  /** How far NATS is, where there is a relay. */
  relayed?: (() => number) | undefined;
}

/** Appends and reads over the bus. Returns a function that stops serving. */
export function serveLog({ bus, store, log, relayed }: LogApi): () => void {
  const { append, readStream, readAll, headInfo, load, logCopy, keepSnapshot } = subjects.eventStore;

  /** The appends of one message are strangers to each other: what is refused to one is no matter of the others. */
  async function appendOne(request: AppendRequest): Promise<z.input<typeof AppendAnswers>[number]> {
    try {
      return { result: await store.append(request) };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'INTERNAL') log.error({ err: error }, 'an append failed');
      return { error: refusal };
    }
  }

  const stops = [
    serveJson(bus, append, Unchecked, (requests) => Promise.all(requests.map(appendOne)), QUEUE),
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
      load,
      LoadRequest,
      async ({ stream, schemaVersion, commandId }) => loaded(await store.load(stream, schemaVersion, commandId)),
      QUEUE,
    ),
    serveJson(
      bus,
      keepSnapshot,
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

/** A large snapshot and a large event do not fit one message: then the events come by themselves. */
function loaded({ kept, events }: LongStream<string>): z.input<typeof LoadAnswer> {
  return { kept, ...page(events, kept === null ? 0 : JSON.stringify(kept).length) };
}

/** As many events as fit a message. The asker goes on after the last one when there is `more`. */
function page(events: RecordedEvent[], taken = 0): { events: RecordedEvent[]; more: boolean } {
  let length = taken;
  const end = events.findIndex((event, index) => {
    length += JSON.stringify(event).length;
    return (index > 0 || taken > 0) && length > PAGE_LENGTH;
  });
  return end === -1 ? { events, more: false } : { events: events.slice(0, end), more: true };
}
