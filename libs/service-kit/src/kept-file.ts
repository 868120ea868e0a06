import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Position } from '@claude-codex/contracts/envelope';
import type { KeptAt, KeptFolds, Log } from '@claude-codex/eventing';
import { z } from 'zod';

/** The first line of the file; what was kept follows. */
const Header = z.object({
  shape: z.number(),
  epoch: z.string(),
  position: Position,
  eventId: z.string(),
  digest: z.string(),
});

export interface KeptFileOptions {
  readonly path: string;
  /** A directory on the same disk for files that are not whole yet. */
  readonly temporary: string;
  /** Raised by whoever changes what the fold makes of the same events: what an older one kept is then not used. */
  readonly shape: number;
  readonly log: Log;
}

/** What a service knows of the log as a file that only its user reads. */
export function createKeptFile<Kept>({ path, temporary, shape, log }: KeptFileOptions): KeptFolds<Kept> {
  function keptIn(file: Buffer): KeptAt<Kept> | null {
    const end = file.indexOf('\n');
    const header = Header.safeParse(read(() => JSON.parse(file.subarray(0, end).toString())));
    const body = file.subarray(end + 1);
    if (!header.success || header.data.shape !== shape || digestOf(body) !== header.data.digest) return null;
    const { epoch, position, eventId } = header.data;
    const state = read(() => deserialize(body) as Kept);
    return state === null ? null : { place: { epoch, position, eventId }, state };
  }

  async function write({ place, state }: KeptAt<Kept>): Promise<void> {
    // At once: the fold goes on while the rest is waited for.
    const body = serialize(state);
    const header = { shape, ...place, digest: digestOf(body) };
    const fresh = `${temporary}/kept-${randomUUID()}`;
    for (const directory of [temporary, dirname(path)]) await mkdir(directory, { recursive: true, mode: 0o700 });
    try {
      await writeFile(fresh, [`${JSON.stringify(header)}\n`, body], { mode: 0o600 });
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
  }

  return {
    async load() {
      const file = await readFile(path).catch(() => null);
      if (file === null) return null;
      const kept = keptIn(file);
      if (kept === null) log.info({ path }, 'what was kept of the log is of no use; it is read from the beginning');
      return kept;
    },
    async keep(kept) {
      await write(kept).catch((error: unknown) =>
        log.warn({ err: error, path }, 'what is known of the log was not kept; the next start takes longer'),
      );
    },
  };
}

function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Null for what throws: a line that is no JSON, a body of another release of Node. */
function read<Value>(from: () => Value): Value | null {
  try {
    return from();
  } catch {
    return null;
  }
}
