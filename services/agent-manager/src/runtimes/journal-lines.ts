import { cleanTexts, JournalRecord } from '@claude-codex/contracts';
import { createJournalOrder, JournalBroken } from './journal-order.ts';

export { JournalBroken };

/** A line of normal length is a few KiB; the worker cuts what it writes. */
const MAX_LINE = 8 * 1024 * 1024;

/** Splits chunks into lines. What is not ended by a line feed is not a line yet. Throws `JournalBroken`. */
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
    if (bytes > MAX_LINE) throw new JournalBroken(`a line is longer than ${MAX_LINE} bytes`);
    if (rest.byteLength > 0) parts.push(rest);
  }
}

/**
 * The records after `afterSeq` of one reading of a worker's output, which starts at the first line that is still kept.
 * Only a supervisor writes there, each record once and in order: anything else is refused, nothing is mended.
 * Throws `JournalBroken`.
 */
export async function* recordsOf(lines: AsyncIterable<string>, afterSeq: number): AsyncGenerator<JournalRecord> {
  const order = createJournalOrder(afterSeq);
  for await (const line of lines) {
    const record = parse(line);
    order.check(record);
    if (record.seq > afterSeq) yield record;
  }
}

function parse(line: string): JournalRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new JournalBroken('a line is not JSON');
  }
  const parsed = JournalRecord.safeParse(value);
  if (!parsed.success) throw new JournalBroken('a line is no record');
  // Here a worker's words come in: what is made of them (events, prompts, pages) need not think of it again.
  return cleanTexts(parsed.data);
}
