import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { subjects } from '@claude-codex/contracts/subjects';
import { type Clock, createWake, type EventStore, type Log } from '@claude-codex/eventing';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import { auditEventsStream } from './relay-audit.ts';
import { deleteEventsStream, EPOCH_HEADER, EVENTS_STREAM, ensureEventsStream } from './relay-stream.ts';

export interface RelayOptions {
  connection: NatsConnection;
  store: Pick<EventStore, 'head' | 'onHead'>;
  /** Events as stored (not upcast) after a position, in order. */
  readEvents: (after: number, limit: number) => Promise<RecordedEvent[]>;
  clock: Clock;
  log: Log;
  /** Default 60 s. */
  auditEveryMs?: number;
}

export interface Relay {
  /** The last position known to be in NATS. */
  position(): number;
  stop(): Promise<void>;
}

const BATCH = 512;
const WINDOW = 128;
/** Longer than the head watcher needs; only for the case that its ring was for somebody else's append. */
const IDLE_MS = 1_000;
const UNREACHABLE_MS = 1_000;
const encoder = new TextEncoder();

/**
 * Copies committed events to the JetStream stream EVENTS, each at the sequence of its position. It has no state of its
 * own: NATS knows the last sequence and refuses any other than the next one, so any number of relays may run, and a
 * stream that was lost or rewound is filled again at the same sequences.
 */
export function startRelay(options: RelayOptions): Relay {
  const { connection, store, readEvents, clock, log, auditEveryMs = 60_000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const wake = createWake(clock);
  const unsubscribe = store.onHead(wake.ring);
  const js = jetstream(connection);
  let position = 0;
  let auditAt = 0;

  async function once(jsm: JetStreamManager): Promise<void> {
    const held = await ensureEventsStream(jsm, () => store.head(), log);
    position = held.position;
    if (clock.now() >= auditAt) {
      auditAt = clock.now() + auditEveryMs;
      const difference = await auditEventsStream(jsm, readEvents);
      if (difference !== null) {
        log.error(difference, 'the event stream of NATS differs from the log; it is made anew');
        await deleteEventsStream(jsm);
        return;
      }
    }
    while (!signal.aborted) {
      const events = await readEvents(position, BATCH);
      if (events.length === 0) break;
      for (let from = 0; from < events.length; from += WINDOW) {
        await publishWindow(js, held.epoch, events.slice(from, from + WINDOW));
        position = events[Math.min(from + WINDOW, events.length) - 1]?.position ?? position;
      }
    }
    await wake.wait(IDLE_MS, signal);
  }

  async function run(): Promise<void> {
    let failing = false;
    while (!signal.aborted) {
      try {
        await once(await jetstreamManager(connection, { checkAPI: false, timeout: 2_000 }));
        if (failing) log.info({ position }, 'relay goes on');
        failing = false;
      } catch (error) {
        if (isOvertaken(error)) continue;
        if (!failing) log.warn({ err: error, position }, 'relay failed; will retry');
        failing = true;
        await clock.sleep(UNREACHABLE_MS, signal);
      }
    }
  }

  const running = run();
  return {
    position: () => position,
    async stop() {
      stopping.abort();
      unsubscribe();
      await running;
    },
  };
}

/** Sends a window without waiting in between. After a refusal NATS refuses all that follow it: none can be misplaced. */
async function publishWindow(js: JetStreamClient, epoch: string, events: readonly RecordedEvent[]): Promise<void> {
  const sent = await Promise.allSettled(
    events.map(async (event) => {
      const { position, eventId, type, meta } = event;
      const ack = await js.publish(subjects.event(meta.workspaceId, type), encoder.encode(JSON.stringify(event)), {
        headers: ofHistory(epoch),
        msgID: eventId,
        expect: { lastSequence: position - 1, streamName: EVENTS_STREAM },
        timeout: 2_000,
      });
      if (ack.seq !== position) throw new Error(`event of position ${position} is at sequence ${ack.seq} of NATS`);
    }),
  );
  const refused = sent.find((one) => one.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}

/** Made for each message: publishing adds to it. */
function ofHistory(epoch: string): MsgHdrs {
  const marked = headers();
  marked.set(EPOCH_HEADER, epoch);
  return marked;
}

/** Another relay was first, or an acknowledgement of ours was lost: the stream says where to go on. */
function isOvertaken(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence;
}
