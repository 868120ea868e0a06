import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Directories } from './directories.ts';
import { giveTo } from './give-to.ts';
import type { HostObjects } from './host-objects.ts';
import { checkOutCommit } from './prepare-checkout.ts';

export interface FreshCheckout {
  readonly path: string;
  remove(): Promise<void>;
}

/** One commit as files of the agents' user, in a directory no agent has seen. */
export async function freshCheckout(
  parts: { readonly directories: Directories; readonly objects: HostObjects; readonly runtime: Pick<Runtime, 'owner'> },
  { repositoryId, sha }: { repositoryId: string; sha: string },
): Promise<FreshCheckout> {
  const { directories, objects, runtime } = parts;
  const root = join(directories.checks, newId());
  const path = join(root, 'checkout');
  const remove = () => rm(root, { recursive: true, force: true });
  // In two steps: a mode given to a recursive mkdir holds for every directory it makes.
  await mkdir(directories.checks, { recursive: true, mode: 0o711 });
  await mkdir(root, { mode: 0o711 });
  try {
    await checkOutCommit(await objects.withCommits(repositoryId, [sha]), path, { branch: 'codex-check', sha });
    if (runtime.owner !== null) await giveTo(path, runtime.owner);
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
