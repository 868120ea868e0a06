import { lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { validId } from '@claude-codex/service-kit/git/names';
import { newId } from '@claude-codex/service-kit/ids';
import { giveTo } from '../checkouts/give-to.ts';
import { MODES } from '../checkouts/private-directories.ts';
import type { DoorPlace, Fill, FreshCheckout } from './places.ts';

export interface HostChecks {
  make(fill: Fill): Promise<FreshCheckout>;
  /** On this host. */
  pathOf(checkoutId: string): string;
}

/** A checkout for each running check, below `directory`, as files of the agents' user. */
export function createHostChecks(directory: string, owner: DoorPlace['owner']): HostChecks {
  const pathOf = (id: string) => join(directory, validId(id), 'checkout');

  async function make(fill: Fill): Promise<FreshCheckout> {
    const id = newId();
    const path = pathOf(id);
    const root = join(directory, id);
    const remove = () => rm(root, { recursive: true, force: true });
    // One after the other: a mode given to a recursive mkdir holds for every directory it makes.
    await mkdir(directory, { recursive: true, mode: MODES.passage });
    await mkdir(root, { mode: MODES.passage });
    try {
      await mkdir(path, { mode: MODES.own });
      await fill(path);
      if (owner !== null) await giveTo(path, owner);
    } catch (error) {
      await remove();
      throw error;
    }
    return {
      id,
      remove,
      exists: async (name) => (await infoOf(join(path, name))) !== null,
      async readFile(name, maxBytes) {
        const info = await infoOf(join(path, name));
        return info?.isFile() === true && info.size <= maxBytes ? readFile(join(path, name), 'utf8') : null;
      },
    };
  }

  return { make, pathOf };
}

/** Null when nothing is there, or nothing that can be looked at. */
function infoOf(path: string) {
  return lstat(path).catch(() => null);
}
