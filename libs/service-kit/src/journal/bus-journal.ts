import type { JournalRecord } from '@claude-codex/contracts';
import type { BlobStore } from '../blobs.ts';
import type { Journal, JournalLine, JournalPlace } from '../journal.ts';
import type { JournalStream, OnTheBus } from './journal-stream.ts';
import { type KeptSegment, putSegment, readSegment, type SegmentIndex } from './kept-segments.ts';

const SEGMENT_BYTES = 4 * 1024 * 1024;

export interface BusJournalOptions {
  stream: JournalStream;
  blobs: BlobStore;
  index: SegmentIndex;
  /** What is on the bus of one instance is put away when it reached this size. Default 4 MiB. */
  segmentBytes?: number;
}

/** What this process knows of the end of an instance's journal. */
interface End {
  place: JournalPlace;
  sequence: number;
  bytes: number;
}

/**
 * Journals on the bus while they are written and as compressed segments among the blobs afterwards, so that any gateway
 * reads the journal of any instance, wherever it ran. A new epoch puts away what the one before it left on the bus.
 */
export function createBusJournal({ stream, blobs, index, segmentBytes = SEGMENT_BYTES }: BusJournalOptions): Journal {
  const ends = new Map<string, End>();
  const queues = new Map<string, Promise<void>>();

  /** Changes to one instance happen one after the other, so that each sees the end the last one left. */
  function inTurn(instanceId: string, change: () => Promise<void>): Promise<void> {
    const previous = queues.get(instanceId) ?? Promise.resolve();
    const mine = previous.catch(() => undefined).then(change);
    queues.set(instanceId, mine);
    void mine.catch(() => undefined).then(() => queues.get(instanceId) === mine && queues.delete(instanceId));
    return mine;
  }

  async function write(instanceId: string, epoch: number, records: readonly JournalRecord[]): Promise<void> {
    if (records.length === 0) return;
    for (;;) {
      let end = ends.get(instanceId) ?? (await endOf(instanceId));
      if (end.bytes > 0 && (end.place.epoch < epoch || end.bytes >= segmentBytes)) {
        await putAway(instanceId);
        end = await endOf(instanceId);
      }
      const last = end.place.epoch === epoch ? end.place.seq : 0;
      const fresh = records.filter(({ seq }) => seq > last).sort((a, b) => a.seq - b.seq);
      const newest = fresh.at(-1);
      if (newest === undefined) return;
      const sequence = await stream.add(instanceId, { epoch, records: fresh }, end.sequence);
      if (sequence === null) {
        // Somebody else wrote, or a part of ours arrived although its answer did not.
        ends.delete(instanceId);
        continue;
      }
      const bytes = end.bytes + Buffer.byteLength(JSON.stringify(fresh));
      ends.set(instanceId, { place: { epoch, seq: newest.seq }, sequence, bytes });
      return;
    }
  }

  async function endOf(instanceId: string): Promise<End> {
    const { lines, kept, onBus } = await both(instanceId);
    const place = placeOf(lines.at(-1)) ?? lastOf(kept) ?? { epoch: 0, seq: 0 };
    const end = { place, sequence: onBus.sequence, bytes: onBus.bytes };
    ends.set(instanceId, end);
    return end;
  }

  /** In this order: stored, found, and only then let go of. Cut off in between, it is there twice and read once. */
  async function putAway(instanceId: string): Promise<void> {
    const { lines, onBus } = await both(instanceId);
    for (const [epoch, records] of byEpoch(lines)) {
      await index.add(instanceId, await putSegment(blobs, epoch, records));
    }
    if (onBus.sequence > 0) await stream.forget(instanceId, onBus.sequence);
  }

  /** The bus first: what is put away meanwhile is then there twice instead of not at all. */
  async function both(instanceId: string): Promise<{ lines: JournalLine[]; kept: KeptSegment[]; onBus: OnTheBus }> {
    const onBus = await stream.read(instanceId);
    const kept = (await index.list(instanceId)).sort((a, b) => a.epoch - b.epoch || a.fromSeq - b.fromSeq);
    return { lines: behind(kept, onBus.lines), kept, onBus };
  }

  async function read(instanceId: string, { after, limit }: { after?: JournalPlace; limit: number }) {
    const { lines, kept } = await both(instanceId);
    const from = after ?? { epoch: 0, seq: 0 };
    const found: JournalLine[] = [];
    for (const segment of kept.filter(({ epoch, toSeq }) => isAfter({ epoch, seq: toSeq }, from))) {
      if (found.length >= limit) return found.slice(0, limit);
      found.push(...(await readSegment(blobs, segment)).filter((line) => isAfter(lineAt(line), from)));
    }
    found.push(...lines.filter((line) => isAfter(lineAt(line), from)));
    return found.slice(0, limit);
  }

  async function readBack(instanceId: string, { before, limit }: { before?: JournalPlace; limit: number }) {
    const { lines, kept } = await both(instanceId);
    const isWanted = (place: JournalPlace) => before === undefined || isAfter(before, place);
    let found = lines.filter((line) => isWanted(lineAt(line)));
    for (const segment of kept.toReversed()) {
      if (found.length >= limit) break;
      if (!isWanted({ epoch: segment.epoch, seq: segment.fromSeq })) continue;
      found = [...(await readSegment(blobs, segment)).filter((line) => isWanted(lineAt(line))), ...found];
    }
    return limit === 0 ? [] : found.slice(-limit);
  }

  async function last(instanceId: string): Promise<JournalPlace | null> {
    const { lines, kept } = await both(instanceId);
    return placeOf(lines.at(-1)) ?? lastOf(kept);
  }

  return {
    append: (instanceId, epoch, records) => inTurn(instanceId, () => write(instanceId, epoch, records)),
    read,
    readBack,
    last,
    finish: (instanceId) =>
      inTurn(instanceId, async () => {
        ends.delete(instanceId);
        await putAway(instanceId);
      }),
  };
}

/** What is not put away yet, in order and each record once. */
function behind(kept: readonly KeptSegment[], lines: readonly JournalLine[]): JournalLine[] {
  const isKept = ({ epoch, record: { seq } }: JournalLine) =>
    kept.some((segment) => segment.epoch === epoch && segment.fromSeq <= seq && seq <= segment.toSeq);
  const sorted = lines.filter((line) => !isKept(line)).sort((a, b) => a.epoch - b.epoch || a.record.seq - b.record.seq);
  return sorted.filter((line, at) => {
    const previous = sorted[at - 1];
    return previous?.epoch !== line.epoch || previous.record.seq !== line.record.seq;
  });
}

function byEpoch(lines: readonly JournalLine[]): Map<number, JournalRecord[]> {
  return new Map(
    [...Map.groupBy(lines, ({ epoch }) => epoch)].map(([epoch, group]) => [epoch, group.map(({ record }) => record)]),
  );
}

function lineAt({ epoch, record }: JournalLine): JournalPlace {
  return { epoch, seq: record.seq };
}

function placeOf(line: JournalLine | undefined): JournalPlace | null {
  return line === undefined ? null : lineAt(line);
}

function lastOf(kept: readonly KeptSegment[]): JournalPlace | null {
  const newest = kept.at(-1);
  return newest === undefined ? null : { epoch: newest.epoch, seq: newest.toSeq };
}

function isAfter(place: JournalPlace, other: JournalPlace): boolean {
  return place.epoch > other.epoch || (place.epoch === other.epoch && place.seq > other.seq);
}
