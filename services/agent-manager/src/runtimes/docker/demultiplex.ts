/** Frames of Docker's stream format: one byte for the stream, three empty, four for the length, then the bytes. */
const HEADER = 8;
const STDOUT = 1;
const STDERR = 2;

/** The stdout part of an attached or logged stream, as it comes. */
export function stdoutOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return partsOf(stream, [STDOUT]);
}

/** Stdout and stderr, as they come. */
export function outputOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return partsOf(stream, [STDOUT, STDERR]);
}

async function* partsOf(stream: AsyncIterable<Buffer>, wanted: readonly number[]): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let left = 0;
  let kind = 0;
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (left === 0) {
        if (rest.length < HEADER) break;
        kind = rest.readUInt8(0);
        left = rest.readUInt32BE(4);
        rest = rest.subarray(HEADER);
      }
      if (rest.length === 0) break;
      const part = rest.subarray(0, left);
      left -= part.length;
      rest = rest.subarray(part.length);
      if (wanted.includes(kind) && part.length > 0) yield part;
      if (left > 0) break;
    }
  }
}
