import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { JournalRecord } from '@claude-codex/contracts';
import type { BlobStore } from '../blobs.ts';
import type { JournalLine } from '../journal.ts';

/** A piece of an epoch's journal that was put away: which records, and under which blob. */
export interface KeptSegment {
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly blobId: string;
}

/** Which pieces there are: the log says it, so that whoever reads the log finds them. */
export interface SegmentIndex {
  /** In any order. */
  list(instanceId: string): Promise<KeptSegment[]>;
  /** Durable when it resolves; the same piece again changes nothing. */
  add(instanceId: string, segment: KeptSegment): Promise<void>;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const SEGMENT_BYTES = 64 * 1024 * 1024;

/** Records of one epoch as compressed lines. */
export async function putSegment(
  blobs: Pick<BlobStore, 'put'>,
  epoch: number,
  records: readonly JournalRecord[],
): Promise<KeptSegment> {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a segment without records');
  const body = await pack(Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
  const { blobId } = await blobs.put(body, { maxBytes: SEGMENT_BYTES });
  return { epoch, fromSeq: first.seq, toSeq: last.seq, blobId };
}

/** The lines of a piece, in order. */
export async function readSegment(
  blobs: Pick<BlobStore, 'read'>,
  { epoch, blobId }: KeptSegment,
): Promise<JournalLine[]> {
  const text = (await unpack(await blobs.read(blobId, SEGMENT_BYTES))).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ epoch, record: JournalRecord.parse(JSON.parse(line)) }));
}
