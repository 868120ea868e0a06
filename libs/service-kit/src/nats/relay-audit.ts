import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import type { JetStreamManager } from '@nats-io/jetstream';
import { EVENTS_STREAM, eventsStreamInfo } from './relay-stream.ts';

const SAMPLES = 5;

/**
 * Compares the stream with the log: as many messages as sequences, and at sampled sequences (always the first and the
 * last) the event of that position. Gives what differs, or null.
 */
export async function auditEventsStream(
  jsm: JetStreamManager,
  readEvents: (after: number, limit: number) => Promise<RecordedEvent[]>,
): Promise<object | null> {
  const info = await eventsStreamInfo(jsm);
  if (info === null || info.state.messages === 0) return null;
  const { first_seq: first, last_seq: last, messages } = info.state;
  if (messages !== last - first + 1) return { problem: 'holes', first, last, messages };
  const between = Array.from({ length: SAMPLES }, () => first + Math.floor(Math.random() * (last - first + 1)));
  for (const sequence of new Set([first, last, ...between])) {
    const [message, [event]] = await Promise.all([
      jsm.streams.getMessage(EVENTS_STREAM, { seq: sequence }),
      readEvents(sequence - 1, 1),
    ]);
    // A message that aged out while we looked is not a difference.
    if (message === null) continue;
    const eventId = message.header.get('Nats-Msg-Id');
    if (event?.position !== sequence || event.eventId !== eventId)
      return { problem: 'another event', sequence, eventId };
  }
  return null;
}
