import { cleanTexts, JournalRecord } from '@claude-codex/contracts';

/** A line of normal length is a few KiB; the worker cuts what it writes. */
const MAX_LINE = 8 * 1024 * 1024;

/** Splits chunks into lines. What is not ended by a line feed is not a line yet. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      bytes = 0;
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    bytes += rest.byteLength;
    if (bytes > MAX_LINE) {
      parts = [];
      bytes = 0;
    } else if (rest.byteLength > 0) parts.push(rest);
  }
}

/**
 * The records of a worker's output after `afterSeq`, without a gap. The worker is not trusted: a line that is no record
 * is left out, an earlier number is a repetition, and a missing number (rotated away, damaged) becomes a warning in its
 * place, so that the loss is seen instead of stopping everything behind it.
 */
export async function* recordsOf(lines: AsyncIterable<string>, afterSeq: number): AsyncGenerator<JournalRecord> {
  let last = afterSeq;
  for await (const line of lines) {
    const record = parse(line);
    if (record === null || record.seq <= last) continue;
    if (record.seq > last + MAX_GAP) continue;
    for (let seq = last + 1; seq < record.seq; seq += 1) yield lost(seq, record.at);
    last = record.seq;
    yield record;
  }
}

/** Beyond this a number is nonsense rather than a loss. */
const MAX_GAP = 100_000;

function parse(line: string): JournalRecord | null {
  if (!line.startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = JournalRecord.safeParse(value);
  // Here a worker's words come in: what is made of them (events, prompts, pages) need not think of it again.
  return parsed.success ? cleanTexts(parsed.data) : null;
}

function lost(seq: number, at: string): JournalRecord {
  return { seq, at, entry: { type: 'warning', code: 'RECORD_LOST', detail: 'This record could not be read.' } };
}
