import type { Head, Log } from '@claude-codex/eventing';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';

export const EVENTS_STREAM = 'EVENTS';
/** Of each message: the history that its position is of. */
export const EPOCH_HEADER = 'Codex-Epoch';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How far back a new stream reaches. NATS holds the recent past; everything is in Postgres. */
const RETAINED_EVENTS = 100_000;

/** What the stream says it holds, or null when there is none. Throws when NATS cannot be reached. */
export async function eventsStreamInfo(jsm: JetStreamManager): Promise<StreamInfo | null> {
  try {
    return await jsm.streams.info(EVENTS_STREAM);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
}

/**
 * The last sequence in a stream that belongs to this log, and the log's epoch; makes the stream when there is none, and
 * makes it anew when what it holds is another history. Sequences equal positions, so a new one starts at the first
 * position it will hold.
 */
export async function ensureEventsStream(
  jsm: JetStreamManager,
  readHead: () => Promise<Head>,
  log: Log,
): Promise<Head> {
  const info = await eventsStreamInfo(jsm);
  // Read after the stream: another relay may publish in between, but never beyond the head.
  const head = await readHead();
  if (info !== null) {
    const { last_seq: lastSequence } = info.state;
    const epoch = info.config.metadata?.epoch ?? null;
    if (epoch === head.epoch && lastSequence <= head.position) return { epoch, position: lastSequence };
    log.error({ epoch, lastSequence, head }, 'the event stream of NATS holds another history; it is made anew');
    await deleteEventsStream(jsm);
  }
  const firstSequence = Math.max(head.position - RETAINED_EVENTS, 0) + 1;
  await jsm.streams.add({
    name: EVENTS_STREAM,
    subjects: ['evt.>'],
    storage: StorageType.File,
    num_replicas: 1,
    max_age: nanos(7 * DAY_MS),
    max_bytes: 1024 ** 3,
    deny_delete: true,
    first_seq: firstSequence,
    metadata: { epoch: head.epoch },
  });
  log.info({ firstSequence, epoch: head.epoch }, 'event stream of NATS was made');
  return { epoch: head.epoch, position: firstSequence - 1 };
}

/** Two relays may find out at the same time; the second finds nothing to delete. */
export async function deleteEventsStream(jsm: JetStreamManager): Promise<void> {
  try {
    await jsm.streams.delete(EVENTS_STREAM);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)) throw error;
  }
}
