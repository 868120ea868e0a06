import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A host's name, as the managers and the egress of one host have it in common. Part of bus subjects. */
export const HostEnv = z.object({
  CODEX_HOST_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'may hold letters, digits, _ and -')
    .optional(),
});

/**
 * The setting, or else a name of its own that a host's data directory is given once: whoever shares that directory shares
 * the agents' files, their sockets and their containers, and nobody else does.
 */
export async function hostIdOf(env: z.output<typeof HostEnv>, dataDir: string): Promise<string> {
  return env.CODEX_HOST_ID ?? (await keptId(dataDir));
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
