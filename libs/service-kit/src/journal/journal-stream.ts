import { JournalRecord } from '@claude-codex/contracts';
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  StorageType,
} from '@nats-io/jetstream';
import { z } from 'zod';
import type { JournalLine } from '../journal.ts';
import { validInstanceId } from './segment-names.ts';

const STREAM = 'JOURNALS';
const MAX_BYTES = 1024 ** 3;
/** Of one message; NATS takes 1 MiB where nobody set it higher, and one record may be longer than this alone. */
const BATCH_BYTES = 256 * 1024;
const FETCH = 256;
const FETCH_MS = 5_000;

const Batch = z.object({ epoch: z.number().int().positive(), records: z.array(JournalRecord) });
type Batch = z.output<typeof Batch>;

/** What is on the bus of one instance: its lines, and how far they reach in the stream. */
export interface OnTheBus {
  readonly lines: JournalLine[];
  /** Of the last message; 0 when there is none. */
  readonly sequence: number;
  readonly bytes: number;
}

/** The newest of all journals, in one bounded stream of the bus with a subject per instance. */
export interface JournalStream {
  /**
   * Adds records behind the message `after` of this instance. False when something else is there by now: its end has to
   * be read again. Gives the new last sequence.
   */
  add(instanceId: string, batch: Batch, after: number): Promise<number | null>;
  read(instanceId: string): Promise<OnTheBus>;
  /** Lets go of what was put away elsewhere. */
  forget(instanceId: string, upToSequence: number): Promise<void>;
}

export async function openJournalStream(jsm: JetStreamManager): Promise<JournalStream> {
  const js = jsm.jetstream();
  await ensureStream(jsm);

  async function read(instanceId: string): Promise<OnTheBus> {
    const subject = subjectOf(instanceId);
    const last = await lastSequence(jsm, subject);
    if (last === 0) return { lines: [], sequence: 0, bytes: 0 };
    const lines: JournalLine[] = [];
    let bytes = 0;
    let sequence = 0;
    const consumer = await js.consumers.get(STREAM, { filter_subjects: [subject] });
    try {
      while (sequence < last) {
        const before = sequence;
        for await (const message of await consumer.fetch({ max_messages: FETCH, expires: FETCH_MS })) {
          const { epoch, records } = Batch.parse(message.json());
          lines.push(...records.map((record) => ({ epoch, record })));
          bytes += message.data.length;
          sequence = message.seq;
          if (sequence >= last) break;
        }
        // They were put away meanwhile.
        if (sequence === before) break;
      }
    } finally {
      await consumer.delete().catch(() => undefined);
    }
    return { lines, sequence, bytes };
  }

  return {
    add: (instanceId, batch, after) => publish(js, subjectOf(instanceId), batch, after),
    read,
    async forget(instanceId, upToSequence) {
      await jsm.streams.purge(STREAM, { filter: subjectOf(instanceId), seq: upToSequence + 1 });
    },
  };
}

/** In messages of some size each; what of them was taken stays when a later one is refused. */
async function publish(js: JetStreamClient, subject: string, batch: Batch, after: number): Promise<number | null> {
  let sequence = after;
  for (const records of pieces(batch.records)) {
    try {
      const sent = await js.publish(subject, JSON.stringify({ epoch: batch.epoch, records }), {
        expect: { lastSubjectSequence: sequence },
      });
      sequence = sent.seq;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamWrongLastSequence) return null;
      throw error;
    }
  }
  return sequence;
}

function* pieces(records: readonly JournalRecord[]): Generator<JournalRecord[]> {
  let piece: JournalRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = Buffer.byteLength(JSON.stringify(record));
    if (piece.length > 0 && bytes + more > BATCH_BYTES) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(record);
    bytes += more;
  }
  if (piece.length > 0) yield piece;
}

async function lastSequence(jsm: JetStreamManager, subject: string): Promise<number> {
  const message = await jsm.streams.getMessage(STREAM, { last_by_subj: subject });
  return message?.seq ?? 0;
}

async function ensureStream(jsm: JetStreamManager): Promise<void> {
  try {
    await jsm.streams.info(STREAM);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)) throw error;
    await jsm.streams.add({
      name: STREAM,
      subjects: ['kept-journal.*'],
      storage: StorageType.File,
      num_replicas: 1,
      max_bytes: MAX_BYTES,
      // A journal is no reason to stop an agent: what nobody put away in time makes room.
      discard: DiscardPolicy.Old,
    });
  }
}

function subjectOf(instanceId: string): string {
  return `kept-journal.${validInstanceId(instanceId)}`;
}
