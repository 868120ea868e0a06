import {
  AcquireAnswer,
  EventsAnswer,
  HeadAnswer,
  HeldAnswer,
  LoadAnswer,
  ProcessManagersAnswer,
} from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import {
  baseOf,
  type CheckpointStore,
  type EventStore,
  type Log,
  MAX_SNAPSHOT_LENGTH,
  type StreamRange,
  typedLog,
} from '@claude-codex/eventing';
import { z } from 'zod';
import { createBusAppends } from './bus-appends.ts';
import { type AskOptions, createAsk } from './bus-ask.ts';
import { systemClock } from './clock.ts';
import { createHeadWatcher } from './head-watcher.ts';

export interface BusEventStoreOptions extends AskOptions {
  log: Log;
}

const PAGE = 1_000;
const Nothing = z.null();

/** The event store of another process. Validation and upcasting happen there, so this needs no schemas. */
export function createBusEventStore(options: BusEventStoreOptions): EventStore {
  const { bus, log, clock = systemClock } = options;
  const { eventStore } = subjects;
  const { ask, askText } = createAsk(options);
  const readHead = () => ask(eventStore.headInfo, {}, HeadAnswer);
  const readPosition = async () => (await readHead()).position;
  const watcher = createHeadWatcher({ readPosition, bus, clock, log });

  async function readStream(stream: string, range: StreamRange = {}): Promise<Events> {
    const { fromVersion = 1, limit = Number.POSITIVE_INFINITY } = range;
    return pages(limit, (left, last) =>
      ask(
        eventStore.readStream,
        { stream, fromVersion: last === undefined ? Math.max(fromVersion, 1) : last.version + 1, limit: left },
        EventsAnswer,
      ),
    );
  }

  return typedLog({
    append: createBusAppends(askText),
    readStream,
    async load(stream, schemaVersion, commandId) {
      const { kept, events, more } = await ask(eventStore.load, { stream, schemaVersion, commandId }, LoadAnswer);
      if (!more) return { kept, events };
      const read = events.at(-1)?.version ?? baseOf(kept)?.version ?? 0;
      return { kept, events: [...events, ...(await readStream(stream, { fromVersion: read + 1 }))] };
    },
    async readAll({ after, limit }) {
      return pages(limit, (left, last) =>
        ask(eventStore.readAll, { after: last === undefined ? after : last.position, limit: left }, EventsAnswer),
      );
    },
    head: readHead,
    onHead: watcher.onHead,
    snapshots: {
      keep(stream, schemaVersion, { version, state }) {
        if (JSON.stringify(state).length > MAX_SNAPSHOT_LENGTH) {
          log.warn({ stream, version }, 'a snapshot is too large to be kept');
          return;
        }
        ask(eventStore.keepSnapshot, { stream, schemaVersion, version, state }, Nothing).catch((error: unknown) =>
          log.warn({ err: error, stream, version }, 'a snapshot was not kept'),
        );
      },
    },
  });
}

/** The checkpoints kept by the event store's process. */
export function createBusCheckpoints(options: BusEventStoreOptions): CheckpointStore {
  const { ask } = createAsk(options);
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
