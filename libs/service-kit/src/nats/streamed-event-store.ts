import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { PositionMoved } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock, EventStore, Log, SchemaRegistry } from '@claude-codex/eventing';
import { type ConsumerMessages, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { subscribeJson } from '../bus-json.ts';
import { systemClock } from '../clock.ts';
import type { NatsBus } from './nats-bus.ts';
import { EPOCH_HEADER, EVENTS_STREAM, eventsStreamInfo } from './relay-stream.ts';
import { createTail, type Tail } from './tail.ts';

export interface StreamedEventStoreOptions {
  bus: NatsBus;
  /** Asked for what is not at the end of the log, and for what the stream does not bring in time. */
  store: EventStore;
  /** The stream holds events as they were stored. */
  registry: Pick<SchemaRegistry, 'upcast'>;
  log: Log;
  clock?: Clock;
  /** How long a reader waits for the copy of what it has heard of. Default 100 ms: the doorbell rings before the relay. */
  lateMs?: number;
}

/** What a process holds of the end of the log; a follower further behind than this reads pages of the store. */
const TAIL_EVENTS = 2_000;
/** A stream that brings nothing may have nothing to bring or may have stopped: the store is asked this often. */
const TRUST_MS = 1_000;
const RETRY_MS = 1_000;
/** The client goes on quietly over these; what is held may then be of a stream that is gone. */
const BREAKS = new Set(['stream_not_found', 'consumer_not_found', 'consumer_deleted', 'heartbeats_missed']);

/**
 * The event store with the end of the log read from its copy in NATS: all followers of a process share one consumer,
 * and while nothing happens they ask the database once a second. The copy is only ever a shorter way. Each message must
 * be the next position of the same history (epoch); at one that is not, or when none comes, the store is asked.
 */
export function createStreamedEventStore(options: StreamedEventStoreOptions): EventStore {
  const { bus, store, registry, log, clock = systemClock, lateMs = 100 } = options;
  const listeners = new Set<(position: number) => void>();
  const arrivals = new Set<() => void>();
  let listening: AbortController | null = null;
  let tail: Tail | null = null;
  /** The furthest position this process has heard of. */
  let known = 0;
  let askedAt = Number.NEGATIVE_INFINITY;

  function heardOf(position: number): void {
    known = Math.max(known, position);
    for (const listener of listeners) listener(position);
  }

  function take(message: JsMsg, epoch: string): void {
    const found = message.headers?.get(EPOCH_HEADER);
    if (found !== epoch) throw new Error(`an event of the history ${found} came, ${epoch} was expected`);
    const event = registry.upcast(message.json<RecordedEvent>());
    if (event.position !== message.seq) throw new Error(`position ${event.position} is at sequence ${message.seq}`);
    tail?.add(event);
    for (const arrived of arrivals) arrived();
    heardOf(event.position);
  }

  async function followStream(signal: AbortSignal): Promise<void> {
    const { messages, epoch, position } = await openStream(bus, store);
    const close = () => void messages.close();
    signal.addEventListener('abort', close, { once: true });
    const hangUp = subscribeJson(
      bus,
      subjects.eventStore.head,
      PositionMoved,
      (moved) => heardOf(moved.position),
      (error) => log.warn({ err: error }, 'doorbell of an unknown shape'),
    );
    const broken = closeWhenBroken(messages);
    try {
      tail = createTail(position, TAIL_EVENTS);
      // What was appended between the question and here rang for nobody.
      heardOf(position);
      for await (const message of messages) take(message, epoch);
      throw new Error(`the stream ended: ${(await broken) ?? 'closed'}`);
    } finally {
      tail = null;
      hangUp();
      signal.removeEventListener('abort', close);
      await messages.close();
    }
  }

  async function listen(signal: AbortSignal): Promise<void> {
    let failing = false;
    while (!signal.aborted) {
      try {
        await followStream(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!failing) log.warn({ err: error }, 'the copy of the log in NATS is not read; the store is asked instead');
        failing = true;
      }
      // Without the stream whoever waits is woken as the store does it.
      const unsubscribe = store.onHead(heardOf);
      await clock.sleep(RETRY_MS, signal);
      unsubscribe();
    }
  }

  /** Waits for the copy up to `position`, but not for long. */
  async function copied(position: number): Promise<void> {
    const late = new AbortController();
    const over = clock.sleep(lateMs, late.signal).then(() => late.abort());
    while (tail !== null && tail.last < position && !late.signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      arrivals.add(resolve);
      await Promise.race([promise, over]);
      arrivals.delete(resolve);
    }
    late.abort();
  }

  return {
    ...store,
    async append(request) {
      const result = await store.append(request);
      // What this process wrote it has heard of: its next read waits for it.
      if (result.status === 'appended') known = Math.max(known, result.lastPosition);
      return result;
    },
    async head() {
      const head = await store.head();
      known = Math.max(known, head.position);
      return head;
    },
    async readAll(range) {
      // A page ends where the log does, as far as this process has heard of it, or at its limit: never before.
      const wanted = Math.min(range.after + range.limit, known);
      await copied(wanted);
      const copy = tail;
      if (copy === null || copy.last < wanted) return store.readAll(range);
      const held = copy.after(range.after, range.limit);
      if (held !== null) return held;
      if (range.after !== copy.last) return store.readAll(range);
      if (clock.now() - askedAt < TRUST_MS) return [];
      askedAt = clock.now();
      return store.readAll(range);
    },
    onHead(listener) {
      listeners.add(listener);
      if (listening === null) {
        listening = new AbortController();
        void listen(listening.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        listening?.abort();
        listening = null;
      };
    },
  };
}

/** A consumer of what comes behind the head, once the stream is known to be of the same history. */
async function openStream(
  bus: NatsBus,
  store: EventStore,
): Promise<{ messages: ConsumerMessages; epoch: string; position: number }> {
  const jsm = await jetstreamManager(bus.connection, { checkAPI: false, timeout: 2_000 });
  const info = await eventsStreamInfo(jsm);
  // Read after the stream, which never goes beyond the head of its own history.
  const { epoch, position } = await store.head();
  if (info === null) throw new Error(`there is no stream ${EVENTS_STREAM}`);
  if (info.config.metadata?.epoch !== epoch || info.state.last_seq > position) {
    throw new Error(`the stream ${EVENTS_STREAM} holds another history`);
  }
  const consumer = await jetstream(bus.connection).consumers.get(EVENTS_STREAM, { opt_start_seq: position + 1 });
  return { messages: await consumer.consume(), epoch, position };
}

/** Closes them at the first sign that they are not what they were; gives the sign. */
async function closeWhenBroken(messages: ConsumerMessages): Promise<string | null> {
  for await (const { type } of messages.status()) {
    if (!BREAKS.has(type)) continue;
    await messages.close();
    return type;
  }
  return null;
}
