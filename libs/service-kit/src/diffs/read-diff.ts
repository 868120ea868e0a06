import type { Readable } from 'node:stream';
import { type DiffFile, DiffPart } from '@claude-codex/contracts';
import { textFromBytes } from '@claude-codex/contracts/git-path';
import { type BlobStore, readRange } from '../blobs.ts';
import { lineStart, MAGIC, StoredFile, StoredHeader, type StoredPart, TRAILER_BYTES } from './layout.ts';
import { readOldDiff } from './old-diff.ts';
import { holdsLine, type StoredDiff } from './stored-diff.ts';

const LINE_PIECE = 64 * 1024;

/** Throws `BlobNotFound`. */
export async function openDiff(blobs: BlobStore, blobId: string): Promise<StoredDiff> {
  const start = await readRange(blobs, blobId, { at: 0, bytes: MAGIC.length });
  if (start.toString('utf8') !== MAGIC) return readOldDiff(blobs, blobId);
  const { bytes: size = 0 } = (await blobs.stat(blobId)) ?? {};
  const end = await readRange(blobs, blobId, { at: size - TRAILER_BYTES, bytes: TRAILER_BYTES });
  const index = { at: Number(end.toString('utf8')), end: size - TRAILER_BYTES };

  async function* lines(): AsyncGenerator<string> {
    yield* linesOf(await blobs.get(blobId, { at: index.at, bytes: index.end - index.at }));
  }

  async function stored(path: string): Promise<StoredFile | null> {
    const begin = lineStart(path);
    for await (const line of lines()) if (line.startsWith(begin)) return StoredFile.parse(JSON.parse(line));
    return null;
  }

  async function readPart(path: string, part: number, place: StoredPart): Promise<DiffPart> {
    const bytes = await readRange(blobs, blobId, place);
    return DiffPart.parse({ path, part, hunks: JSON.parse(bytes.toString('utf8')) });
  }

  return {
    async index({ after, limit }) {
      let header: StoredHeader | null = null;
      let at = 0;
      const files: DiffFile[] = [];
      for await (const line of lines()) {
        if (header === null) header = StoredHeader.parse(JSON.parse(line));
        else if (at++ >= after) files.push(factsOf(StoredFile.parse(JSON.parse(line))));
        if (files.length === limit) break;
      }
      if (header === null) throw new Error(`the change ${blobId} has no index`);
      return { ...header, files, nextAfter: after + files.length < header.totalFiles ? after + files.length : null };
    },
    async file(path) {
      const file = await stored(path);
      return file === null ? null : factsOf(file);
    },
    async part(path, part) {
      const place = (await stored(path))?.parts[part];
      return place === undefined ? null : readPart(path, part, place);
    },
    async image(path, side) {
      const place = (await stored(path))?.images?.[side] ?? null;
      return place === null ? null : readRange(blobs, blobId, place);
    },
    async lineText(path, { part, line, from }) {
      const place = (await stored(path))?.parts[part]?.long.find((long) => long.line === line);
      if (place === undefined || from >= place.bytes) return null;
      const bytes = await readRange(blobs, blobId, {
        at: place.at + from,
        bytes: Math.min(LINE_PIECE, place.bytes - from),
      });
      const whole = from + bytes.length === place.bytes ? bytes : bytes.subarray(0, wholeCharacters(bytes));
      const next = from + whole.length;
      return { text: textFromBytes(whole), nextFrom: next < place.bytes ? next : null };
    },
    async hasLine(path, side, line) {
      const file = await stored(path);
      for (const [part, place] of (file?.parts ?? []).entries()) {
        const [first, last] = place[side];
        if (line < first || line > last) continue;
        if (holdsLine(await readPart(path, part, place), side, line)) return true;
      }
      return false;
    },
  };
}

function factsOf({ parts, images, ...file }: StoredFile): DiffFile {
  const image = images && { old: images.old?.bytes ?? null, new: images.new?.bytes ?? null };
  return { ...file, ...(image && { image }), parts: parts.map(({ lines }) => lines), notKept: false };
}

/** Bytes up to the last character that is whole: at most three belong to one that is cut. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return bytes.length - (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0);
  }
  return bytes.length;
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(10); to !== -1; to = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, to)]).toString('utf8');
      rest = [];
      from = to + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}
