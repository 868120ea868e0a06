import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

/** Documents are read by people; what is larger belongs into the bundle. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;

export interface Deliverable {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** It is there, and was not read. */
export interface TooLarge {
  readonly tooLarge: number;
}

/**
 * Reads one file the agent named. Null when it is absent, no regular file, or, all links resolved, outside the checkout;
 * its size when that is too large.
 */
export async function readDeliverable(checkout: string, path: string): Promise<Deliverable | TooLarge | null> {
  if (path.includes('\0')) return null;
  const root = await realpath(checkout);
  const real = await realpath(isAbsolute(path) ? path : join(root, path)).catch(() => null);
  if (real === null || !isInside(root, real)) return null;
  // O_NOFOLLOW: a link put in place of the file after it was resolved is refused, not followed.
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    const info = await file.stat();
    if (!info.isFile()) return null;
    if (info.size > MAX_DOCUMENT_BYTES) return { tooLarge: info.size };
    const bytes = await file.readFile();
    return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await file.close();
  }
}

/** Below a directory, and not in a repository's own files. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way) && way.split(sep)[0] !== '.git';
}
