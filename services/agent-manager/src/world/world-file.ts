import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Position } from '@claude-codex/contracts/envelope';
import type { EventStore, Log } from '@claude-codex/eventing';
import { z } from 'zod';
import { type KeptWorld, WORLD_SHAPE } from './kept-world.ts';

/** A world as a file, to start from. Only saves reading: without it, or with one that does not fit, the log is read. */
export interface WorldFile {
  /** Null for one that is missing, damaged, of another shape or of another log. */
  load(): Promise<KeptWorld | null>;
  /** Writes the world down as it is at this moment. Never fails: what goes wrong is logged. */
  keep(world: KeptWorld): Promise<void>;
}

/** The first line of the file; the world follows. */
const Header = z.object({
  shape: z.literal(WORLD_SHAPE),
  /** Of which log it is, and the last event in it: a log that was put back has other events at the same positions. */
  epoch: z.string(),
  position: Position,
  eventId: z.string(),
  digest: z.string(),
});

export interface WorldFileOptions {
  /** Several managers may have one data directory, and with it one file: whichever was written last is as good as any. */
  readonly directories: { readonly root: string; readonly temporary: string };
  readonly store: Pick<EventStore, 'head' | 'readAll'>;
  readonly log: Log;
}

export function createWorldFile({ directories, store, log }: WorldFileOptions): WorldFile {
  const path = join(directories.root, 'world');

  async function worldIn(file: Buffer): Promise<KeptWorld | null> {
    const end = file.indexOf('\n');
    const header = Header.safeParse(read(() => JSON.parse(file.subarray(0, end).toString())));
    const body = file.subarray(end + 1);
    if (!header.success || digestOf(body) !== header.data.digest) return null;
    return (await isOfThisLog(header.data)) ? read(() => deserialize(body) as KeptWorld) : null;
  }

  async function isOfThisLog({ epoch, position, eventId }: z.infer<typeof Header>): Promise<boolean> {
    const head = await store.head();
    if (epoch !== head.epoch || position > head.position) return false;
    return (await eventIdAt(position)) === eventId;
  }

  async function eventIdAt(position: number): Promise<string | undefined> {
    const [event] = await store.readAll({ after: position - 1, limit: 1 });
    return event?.eventId;
  }

  async function write(world: KeptWorld): Promise<void> {
    // At once: the world goes on while the rest is waited for.
    const [position, body] = [world.position, serialize(world)];
    const [{ epoch }, eventId] = await Promise.all([store.head(), eventIdAt(position)]);
    const header = { shape: WORLD_SHAPE, epoch, position, eventId, digest: digestOf(body) };
    const fresh = join(directories.temporary, `world-${randomUUID()}`);
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
      const world = await worldIn(file);
      if (world === null) log.info({ path }, 'what was kept of the log does not fit it; it is read from the beginning');
      return world;
    },
    async keep(world) {
      await write(world).catch((error: unknown) =>
        log.warn({ err: error }, 'what is known of the log was not kept; the next start takes longer'),
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
