import { JournalRecord } from '@claude-codex/contracts';

/** The part of a file handle that is needed here. */
export interface ReadableFile {
  stat(): Promise<{ size: number }>;
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The last whole line of a segment: its seq, and where the next byte goes. A line without its newline was torn by a
 * crash and does not count; the writer cuts it off.
 */
export async function lastLine(file: ReadableFile): Promise<{ seq: number | null; end: number }> {
  const { size } = await file.stat();
  for (let window = BLOCK; ; window *= 2) {
    const start = Math.max(0, size - window);
    const bytes = await readAt(file, start, size - start);
    const lastBreak = bytes.lastIndexOf(NEWLINE);
    const previousBreak = lastBreak <= 0 ? -1 : bytes.lastIndexOf(NEWLINE, lastBreak - 1);
    if (lastBreak >= 0 && (previousBreak >= 0 || start === 0)) {
      return { seq: seqOf(bytes.subarray(previousBreak + 1, lastBreak)), end: start + lastBreak + 1 };
    }
    if (start === 0) return { seq: null, end: 0 };
  }
}

/**
 * Offset of the first line with a seq above `after`. Lines are in order of seq, so a binary search over bytes finds it
 * in a few reads, however long the segment is.
 */
export async function offsetAfter(file: ReadableFile, after: number, end: number): Promise<number> {
  let low = 0;
  let high = end;
  while (high - low > BLOCK) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineStartingAtOrAfter(file, middle, end);
    // One line reaches over the whole upper half: nothing begins there.
    if (line === null || line.start >= high) high = middle;
    else if (seqOf(line.bytes) > after) high = line.start;
    else low = line.start + line.bytes.length + 1;
  }
  return walk(file, low, after, end);
}

/** Up to `limit` whole records from an offset on which a line begins. */
export async function readRecords(
  file: ReadableFile,
  offset: number,
  end: number,
  limit: number,
): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const line of lines(file, offset, end)) {
    if (records.length >= limit) break;
    records.push(JournalRecord.parse(JSON.parse(line.bytes.toString('utf8'))));
  }
  return records;
}

/**
 * The last `limit` whole records with a seq below `before`, in order. Numbers are without gaps but for a rotated log, so
 * the first guess nearly always holds; otherwise a wider one is read.
 */
export async function readRecordsBefore(
  file: ReadableFile,
  before: number,
  end: number,
  limit: number,
): Promise<JournalRecord[]> {
  for (let span = limit; ; span *= 4) {
    const offset = await offsetAfter(file, Math.max(0, before - 1 - span), end);
    const records = (await readRecords(file, offset, end, span)).filter(({ seq }) => seq < before);
    if (records.length >= limit || offset === 0) return records.slice(-limit);
  }
}

interface Line {
  start: number;
  bytes: Buffer;
}

async function walk(file: ReadableFile, from: number, after: number, end: number): Promise<number> {
  for await (const line of lines(file, from, end)) if (seqOf(line.bytes) > after) return line.start;
  return end;
}

async function lineStartingAtOrAfter(file: ReadableFile, offset: number, end: number): Promise<Line | null> {
  let skipped = offset === 0;
  // One byte earlier, so that an offset on which a line begins counts as its beginning.
  for await (const line of lines(file, Math.max(0, offset - 1), end)) {
    if (skipped) return line;
    skipped = true;
  }
  return null;
}

async function* lines(file: ReadableFile, from: number, end: number): AsyncGenerator<Line> {
  let rest = Buffer.alloc(0);
  let start = from;
  for (let offset = from; offset < end; ) {
    const block = await readAt(file, offset, Math.min(BLOCK, end - offset));
    if (block.length === 0) return;
    offset += block.length;
    rest = Buffer.concat([rest, block]);
    for (let cut = rest.indexOf(NEWLINE); cut >= 0; cut = rest.indexOf(NEWLINE)) {
      yield { start, bytes: rest.subarray(0, cut) };
      rest = rest.subarray(cut + 1);
      start += cut + 1;
    }
  }
}

async function readAt(file: ReadableFile, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

function seqOf(line: Buffer): number {
  return JournalRecord.shape.seq.parse(JSON.parse(line.toString('utf8')).seq);
}
