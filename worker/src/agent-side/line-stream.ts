import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Both ends of a channel. */
export interface Ends {
  readonly input: Readable;
  readonly output: Writable;
}

export function writeLine(output: Writable, line: object): void {
  if (!output.destroyed && output.writable) output.write(`${JSON.stringify(line)}\n`);
}

/** The values of a channel until it ends. A line that is none ends it: nobody can know what it stood for. */
export async function* readLines(input: Readable): AsyncGenerator<unknown> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield JSON.parse(line);
  }
}
