import type { Readable } from 'node:stream';

/** Bytes of a line that are held; what is longer is handed on piece by piece, so a line of any length needs no more. */
export const LINE_HELD = 16 * 1024;

export interface LineReader {
  /** A line without its line feed, or the beginning of one that was handed on whole through `longPiece`. */
  line(bytes: Buffer): Promise<void> | void;
  /** The next piece of a line longer than `LINE_HELD`, its sign included. */
  longPiece(bytes: Buffer): Promise<void> | void;
}

/** Lines end at a line feed only: a carriage return belongs to the content. */
export async function eachLine(output: Readable, reader: LineReader): Promise<void> {
  let held: Buffer[] = [];
  let bytes = 0;
  let isLong = false;

  async function add(piece: Buffer): Promise<void> {
    bytes += piece.length;
    if (isLong) await reader.longPiece(piece);
    else held.push(piece);
    if (isLong || bytes <= LINE_HELD) return;
    isLong = true;
    const start = Buffer.concat(held);
    held = [start.subarray(0, LINE_HELD)];
    await reader.longPiece(start);
  }
  async function end(): Promise<void> {
    const line = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [];
    bytes = 0;
    isLong = false;
    const pending = reader.line(line);
    if (pending !== undefined) await pending;
  }

  for await (const chunk of output as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      await add(chunk.subarray(from, to));
      await end();
      from = to + 1;
    }
    if (from < chunk.length) await add(chunk.subarray(from));
  }
  if (bytes > 0) await end();
}
