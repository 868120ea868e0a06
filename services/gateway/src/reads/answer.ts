import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

/** A JSON answer as bytes, made once for everybody who asks for it, and packed once per encoding. */
export interface Answer {
  readonly bytes: Buffer;
  packed(encoding: Encoding): Promise<Buffer>;
}

/** Level 4: near gzip's cost, a fifth smaller. */
export const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** Smaller answers are not worth packing, in bytes. */
export const PACK_FROM = 2_048;

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)];

export function createAnswer(json: string): Answer {
  const bytes = Buffer.from(json);
  const made = new Map<Encoding, Promise<Buffer>>();

  return {
    bytes,
    packed(encoding) {
      const known = made.get(encoding);
      if (known !== undefined) return known;
      // On another thread: packing a board takes longer than a page should wait for another's.
      const packing: Promise<Buffer> = encoding === 'br' ? brotli(bytes, BROTLI) : gzipped(bytes);
      made.set(encoding, packing);
      return packing;
    },
  };
}

/** The encoding to send, by the request's `accept-encoding`; null sends the bytes as they are. */
export function encodingFor(accepted: string | undefined): Encoding | null {
  if (accepted === undefined) return null;
  for (const encoding of ['br', 'gzip'] as const) {
    const asked = accepted.split(',').find((part) => part.split(';', 1)[0]?.trim() === encoding);
    // `br;q=0` means: anything but that.
    if (asked !== undefined && !/;\s*q=0(\.0*)?\s*$/.test(asked)) return encoding;
  }
  return null;
}
