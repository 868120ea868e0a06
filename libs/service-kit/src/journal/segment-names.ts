import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A segment is one file of one epoch; its name says where it begins: `000003-000000000001.ndjson`. */
export interface Segment {
  epoch: number;
  firstSeq: number;
  path: string;
}

const NAME = /^(\d{6})-(\d{12})\.ndjson$/;
/** Ids become directory names, so nothing that could climb out of the root. */
const INSTANCE_ID = /^[0-9a-z][0-9a-z-]{0,63}$/;

/** Throws `TypeError` for what is no instance's id. */
export function validInstanceId(instanceId: string): string {
  if (!INSTANCE_ID.test(instanceId))
    throw new TypeError('An instance id must be lower-case letters, digits and dashes');
  return instanceId;
}

export function directoryOf(root: string, instanceId: string): string {
  return join(root, validInstanceId(instanceId));
}

export function segmentPath(directory: string, epoch: number, firstSeq: number): string {
  return join(directory, `${String(epoch).padStart(6, '0')}-${String(firstSeq).padStart(12, '0')}.ndjson`);
}

/** All segments of an instance in order of epoch and first seq; none when there is no directory. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort().flatMap((name) => {
    const match = NAME.exec(name);
    if (match === null) return [];
    return [{ epoch: Number(match[1]), firstSeq: Number(match[2]), path: join(directory, name) }];
  });
}
