import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import type { JournalRecord } from '@claude-codex/contracts';
import type { Journal, JournalLine, JournalPlace } from '../journal.ts';
import { lastLine, offsetAfter, readRecords, readRecordsBefore } from './segment-file.ts';
import type { Segment } from './segment-names.ts';
import { directoryOf, listSegments, segmentPath } from './segment-names.ts';

const SEGMENT_BYTES = 4 * 1024 * 1024;
const { O_APPEND, O_CREAT, O_RDWR } = constants;

/** The end of an epoch's journal as this process last saw it. */
interface End {
  path: string;
  bytes: number;
  seq: number;
}

export interface DirectoryJournalOptions {
  /** A segment that reached this size gets a successor. Default 4 MiB. */
  segmentBytes?: number;
}

/**
 * Journals as NDJSON segments, one directory per instance. One process writes an epoch at a time (the lease says which);
 * any number may read. A writer that finds the file other than it left it reads its end again before it goes on.
 */
export function createDirectoryJournal(
  root: string,
  { segmentBytes = SEGMENT_BYTES }: DirectoryJournalOptions = {},
): Journal {
  const queues = new Map<string, Promise<void>>();

  /** Appends to one instance happen one after the other, so that each sees the end the last one left. */
  function append(instanceId: string, epoch: number, records: readonly JournalRecord[]): Promise<void> {
    const previous = queues.get(instanceId) ?? Promise.resolve();
    const mine = previous.catch(() => undefined).then(() => write(directoryOf(root, instanceId), epoch, records));
    queues.set(instanceId, mine);
    void mine.catch(() => undefined).then(() => queues.get(instanceId) === mine && queues.delete(instanceId));
    return mine;
  }

  async function write(directory: string, epoch: number, records: readonly JournalRecord[]): Promise<void> {
    if (records.length === 0) return;
    await mkdir(directory, { recursive: true });
    const end = await endOf(directory, epoch);
    const fresh = records.filter((record) => record.seq > (end?.seq ?? 0)).sort((a, b) => a.seq - b.seq);
    const first = fresh[0];
    if (first === undefined) return;
    const rolls = end === null || end.bytes >= segmentBytes;
    const path = rolls ? segmentPath(directory, epoch, first.seq) : end.path;
    const file = await open(path, O_RDWR | O_APPEND | O_CREAT, 0o640);
    try {
      // What lies behind the last whole line was torn by a crash; a new segment has no whole line yet.
      await file.truncate(rolls ? 0 : end.bytes);
      await file.writeFile(fresh.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await file.datasync();
    } finally {
      await file.close();
    }
    if (rolls) await syncDirectory(directory);
  }

  async function read(instanceId: string, { after, limit }: { after?: JournalPlace; limit: number }) {
    const from = after ?? { epoch: 0, seq: 0 };
    const found: JournalLine[] = [];
    for (const segment of startingAt(await listSegments(directoryOf(root, instanceId)), from)) {
      if (found.length >= limit) break;
      const seq = segment.epoch === from.epoch ? from.seq : 0;
      const records = await readSegment(segment, seq, limit - found.length);
      found.push(...records.map((record) => ({ epoch: segment.epoch, record })));
    }
    return found;
  }

  async function readBack(instanceId: string, { before, limit }: { before?: JournalPlace; limit: number }) {
    let found: JournalLine[] = [];
    for (const segment of (await listSegments(directoryOf(root, instanceId))).reverse()) {
      if (found.length >= limit) break;
      if (before !== undefined && !beginsBefore(segment, before)) continue;
      const beforeSeq = segment.epoch === before?.epoch ? before.seq : null;
      const records = await readSegmentBack(segment, beforeSeq, limit - found.length);
      found = [...records.map((record) => ({ epoch: segment.epoch, record })), ...found];
    }
    return found;
  }

  async function last(instanceId: string): Promise<JournalPlace | null> {
    const segments = await listSegments(directoryOf(root, instanceId));
    for (const segment of segments.reverse()) {
      const { seq } = await inspect(segment.path);
      if (seq !== null) return { epoch: segment.epoch, seq };
    }
    return null;
  }

  return { append, read, readBack, last, finish: async () => undefined };
}

/** Read anew for every append: a few microseconds against the sync that follows, and no memory to go stale. */
async function endOf(directory: string, epoch: number): Promise<End | null> {
  const own = (await listSegments(directory)).filter((segment) => segment.epoch === epoch);
  for (const segment of own.reverse()) {
    const { seq, end } = await inspect(segment.path);
    if (seq !== null) return { path: segment.path, bytes: end, seq };
  }
  return null;
}

async function inspect(path: string): Promise<{ seq: number | null; end: number }> {
  const file = await open(path, 'r');
  try {
    return await lastLine(file);
  } finally {
    await file.close();
  }
}

async function readSegment(segment: Segment, afterSeq: number, limit: number): Promise<JournalRecord[]> {
  const file = await open(segment.path, 'r');
  try {
    const { end } = await lastLine(file);
    const offset = afterSeq < segment.firstSeq ? 0 : await offsetAfter(file, afterSeq, end);
    return await readRecords(file, offset, end, limit);
  } finally {
    await file.close();
  }
}

async function readSegmentBack(segment: Segment, beforeSeq: number | null, limit: number): Promise<JournalRecord[]> {
  const file = await open(segment.path, 'r');
  try {
    const { seq, end } = await lastLine(file);
    if (seq === null) return [];
    return await readRecordsBefore(file, Math.min(beforeSeq ?? seq + 1, seq + 1), end, limit);
  } finally {
    await file.close();
  }
}

function beginsBefore({ epoch, firstSeq }: Segment, place: JournalPlace): boolean {
  return epoch < place.epoch || (epoch === place.epoch && firstSeq < place.seq);
}

/** Drops the segments that end before the place: all but the last one that begins at or before it. */
function startingAt(segments: Segment[], from: JournalPlace): Segment[] {
  const index = segments.findLastIndex(
    ({ epoch, firstSeq }) => epoch < from.epoch || (epoch === from.epoch && firstSeq <= from.seq),
  );
  const first = segments[index];
  if (first === undefined) return segments;
  return segments.slice(first.epoch < from.epoch ? index + 1 : index);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
