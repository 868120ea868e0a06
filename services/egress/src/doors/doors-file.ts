import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EgressOpen } from '@claude-codex/contracts';
import { EgressDoors } from '@claude-codex/contracts';

/** Remembers which doors are open across a restart. It may be lost: the managers ask for their doors again. */
export interface DoorsFile {
  load(): Promise<EgressOpen[]>;
  save(doors: EgressOpen[]): Promise<void>;
}

export function createDoorsFile(path: string | null): DoorsFile {
  if (path === null) return { load: async () => [], save: async () => undefined };

  async function load(): Promise<EgressOpen[]> {
    const text = await readFile(String(path), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return [];
    return parse(text);
  }

  async function save(doors: EgressOpen[]): Promise<void> {
    await mkdir(dirname(String(path)), { recursive: true });
    const temporary = `${path}.new`;
    await writeFile(temporary, JSON.stringify({ doors } satisfies EgressDoors), { mode: 0o600 });
    await rename(temporary, String(path));
  }

  return { load, save };
}

/** A file from another version, or half of one, is as good as none. */
function parse(text: string): EgressOpen[] {
  try {
    return EgressDoors.parse(JSON.parse(text)).doors;
  } catch {
    return [];
  }
}
