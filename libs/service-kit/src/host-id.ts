import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects } from '@claude-codex/contracts/subjects';
import { z } from 'zod';
import { type Bus, BusNoResponder, BusTimeout } from './bus.ts';
import { requestJson, serveJson } from './bus-json.ts';
import { OperatorError } from './operator-error.ts';

/** A host's name, as the managers and the egress of one host have it in common. Part of bus subjects. */
export const HostEnv = z.object({
  CODEX_HOST_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'may hold up to 64 letters, digits, _ and -')
    .optional(),
});

const Place = z.object({ place: z.string() });
const ANSWERS_WITHIN_MS = 2_000;

/**
 * The setting, or else a name of its own that a host's data directory is given once: whoever shares that directory shares
 * the agents' files, their sockets and their containers, and nobody else does. A name that was given is refused while
 * another directory's host works under it: each would take the other's agents for its own, and find them gone.
 */
export async function takeHostId(bus: Bus, env: z.output<typeof HostEnv>, dataDir: string): Promise<string> {
  const place = await keptId(dataDir);
  const id = env.CODEX_HOST_ID;
  if (id === undefined) return place;
  if (![null, place].includes(await placeOf(bus, id))) {
    throw new OperatorError(
      `CODEX_HOST_ID: another host that works for this team server is called ${id} too. Give this one another name, or none.`,
    );
  }
  serveJson(bus, subjects.hostPlace(id), z.unknown(), async () => ({ place }));
  return id;
}

/** Null when nobody works under that name. Who is frozen does not answer either, and is not waited for. */
async function placeOf(bus: Bus, id: string): Promise<string | null> {
  try {
    const options = { timeoutMs: ANSWERS_WITHIN_MS };
    return (await requestJson(bus, subjects.hostPlace(id), {}, Place, options)).place;
  } catch (error) {
    if (error instanceof BusNoResponder || error instanceof BusTimeout) return null;
    throw error;
  }
}

async function keptId(dataDir: string): Promise<string> {
  const path = join(dataDir, 'host-id');
  const known = await read(path);
  if (known !== null) return known;
  await mkdir(dataDir, { recursive: true });
  // Whole beside its place and linked into it: of two that begin together, both take the first one's.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${randomUUID()}\n`);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await read(path)) ?? keptId(dataDir);
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
