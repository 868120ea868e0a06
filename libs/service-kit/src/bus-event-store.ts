import { AppendResult } from '@claude-codex/contracts/envelope';
import {
  AcquireAnswer,
  EventsAnswer,
  HeadAnswer,
  HeldAnswer,
  LatestSnapshotAnswer,
  ProcessManagersAnswer,
} from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import {
  type CheckpointStore,
  type Clock,
  EVENT_STORE_ERRORS,
  type EventStore,
  EventStoreError,
  type EventStoreErrorCode,
  type Log,
  MAX_SNAPSHOT_LENGTH,
} from '@claude-codex/eventing';
import { z } from 'zod';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout } from './bus.ts';
import { requestJson } from './bus-json.ts';
import { systemClock } from './clock.ts';
import { createHeadWatcher } from './head-watcher.ts';

export interface BusEventStoreOptions {
  bus: Bus;
  log: Log;
  clock?: Clock;
  /** One try. Default 5 s. */
  timeoutMs?: number;
  /** All tries together; then EVENT_STORE_UNAVAILABLE. Default 15 s. */
  deadlineMs?: number;
}

type Ask = <Schema extends z.ZodType>(subject: string, body: unknown, schema: Schema) => Promise<z.output<Schema>>;

const PAGE = 1_000;
const PAUSES_MS = [20, 50, 100, 250, 500];
const Nothing = z.null();

/** The event store of another process. Validation and upcasting happen there, so this needs no schemas. */
export function createBusEventStore(options: BusEventStoreOptions): EventStore {
  const { bus, log, clock = systemClock } = options;
  const { eventStore } = subjects;
  const ask = createAsk(options);
  const readHead = () => ask(eventStore.headInfo, {}, HeadAnswer);
  const readPosition = async () => (await readHead()).position;
  const watcher = createHeadWatcher({ readPosition, bus, clock, log });

  return {
    append: (request) => ask(eventStore.append, request, AppendResult),
    async readStream(stream, { fromVersion = 1, limit = Number.POSITIVE_INFINITY } = {}) {
      return pages(limit, (left, last) =>
        ask(
          eventStore.readStream,
          { stream, fromVersion: last === undefined ? Math.max(fromVersion, 1) : last.version + 1, limit: left },
          EventsAnswer,
        ),
      );
    },
    async readAll({ after, limit }) {
      return pages(limit, (left, last) =>
        ask(eventStore.readAll, { after: last === undefined ? after : last.position, limit: left }, EventsAnswer),
      );
    },
    head: readHead,
    onHead: watcher.onHead,
    snapshots: {
      async latest(stream, schemaVersion, commandId) {
        const request = { stream, schemaVersion, commandId };
        return ask(eventStore.snapshot('latest'), request, LatestSnapshotAnswer);
      },
      keep(stream, schemaVersion, { version, state }) {
        if (JSON.stringify(state).length > MAX_SNAPSHOT_LENGTH) {
          log.warn({ stream, version }, 'a snapshot is too large to be kept');
          return;
        }
        ask(eventStore.snapshot('keep'), { stream, schemaVersion, version, state }, Nothing).catch((error: unknown) =>
          log.warn({ err: error, stream, version }, 'a snapshot was not kept'),
        );
      },
    },
  };
}

/** The checkpoints kept by the event store's process. */
export function createBusCheckpoints(options: BusEventStoreOptions): CheckpointStore {
  const ask = createAsk(options);
  const { checkpoint } = subjects.eventStore;
  return {
    acquire: (name, owner, ttlMs) => ask(checkpoint('acquire'), { name, owner, ttlMs }, AcquireAnswer),
    renew: (name, owner, epoch, ttlMs) => ask(checkpoint('renew'), { name, owner, epoch, ttlMs }, HeldAnswer),
    save: (name, epoch, position) => ask(checkpoint('save'), { name, epoch, position }, HeldAnswer),
    async release(name, owner, epoch) {
      await ask(checkpoint('release'), { name, owner, epoch }, Nothing);
    },
    pause: (name, epoch, reason) => ask(checkpoint('pause'), { name, epoch, reason }, HeldAnswer),
    resume: (name) => ask(checkpoint('resume'), { name }, HeldAnswer),
    list: () => ask(checkpoint('list'), {}, ProcessManagersAnswer),
  };
}

/** Every request here may be repeated without harm (appends by their command id), so a lost answer is asked for again. */
function createAsk({ bus, clock = systemClock, timeoutMs = 5_000, deadlineMs = 15_000 }: BusEventStoreOptions): Ask {
  return async function ask(subject, body, schema) {
    const until = clock.now() + deadlineMs;
    for (let tried = 0; ; tried += 1) {
      try {
        const left = Math.max(until - clock.now(), 1);
        return await requestJson(bus, subject, body, schema, { timeoutMs: Math.min(timeoutMs, left) });
      } catch (error) {
        if (error instanceof BusRemoteError) throw asEventStoreError(error);
        if (!(error instanceof BusTimeout || error instanceof BusNoResponder)) throw error;
        if (clock.now() >= until) throw new EventStoreError('EVENT_STORE_UNAVAILABLE', { subject }, { cause: error });
        await clock.sleep(PAUSES_MS[Math.min(tried, PAUSES_MS.length - 1)] ?? 0);
      }
    }
  };
}

function asEventStoreError(error: BusRemoteError): Error {
  if (!isEventStoreErrorCode(error.code)) return error;
  const details = z.record(z.string(), z.unknown()).safeParse(error.detail);
  return new EventStoreError(error.code, details.success ? details.data : {}, { cause: error });
}

function isEventStoreErrorCode(code: string): code is EventStoreErrorCode {
  return (EVENT_STORE_ERRORS as readonly string[]).includes(code);
}

type Page = z.output<typeof EventsAnswer>;
type Events = Page['events'];

async function pages(
  limit: number,
  read: (left: number, last: Events[number] | undefined) => Promise<Page>,
): Promise<Events> {
  const events: Events = [];
  while (events.length < limit) {
    const left = Math.min(limit - events.length, PAGE);
    const page = await read(left, events.at(-1));
    events.push(...page.events);
    if (!page.more && page.events.length < left) break;
  }
  return events;
}
