import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';

/** A source was silent for too long. */
export class StreamSilent extends Error {
  constructor(waitedMs: number) {
    super(`nothing came for ${waitedMs} ms`);
    this.name = 'StreamSilent';
  }
}

/** Passes everything on as it comes, and cuts the source when nothing came for `idleMs`. `see` looks at each piece. */
export function idleCut(source: Readable, idleMs: number, see: (chunk: Buffer) => void = () => undefined): Transform {
  const timer = setTimeout(() => source.destroy(new StreamSilent(idleMs)), idleMs);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      see(chunk);
      done(null, chunk);
    },
    destroy(error, done) {
      clearTimeout(timer);
      done(error);
    },
  });
}
