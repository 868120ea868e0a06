import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { validId } from '@claude-codex/service-kit/git/names';

/** Where the git service keeps what it has on disk. No agent sees any of it. */
export interface Directories {
  readonly root: string;
  readonly mirrors: string;
  mirror(repositoryId: string): string;
  /** Views of sources and bundles on their way in; nothing in it outlives its use. */
  readonly temporary: string;
  /** Keys of the hosts that were met by ssh. */
  readonly metHosts: string;
  /** One empty file per pack that was given out, with its time. */
  readonly packs: string;
  /** What was asked for and has not ended, as this service last knew it: where its next start goes on. */
  readonly unfinished: string;
}

export function createDirectories(root: string): Directories {
  return {
    root,
    mirrors: join(root, 'mirrors'),
    mirror: (repositoryId) => join(root, 'mirrors', `${validId(repositoryId)}.git`),
    temporary: join(root, 'git', 'tmp'),
    metHosts: join(root, 'git', 'known_hosts'),
    packs: join(root, 'git', 'packs'),
    unfinished: join(root, 'git', 'unfinished'),
  };
}

/** Nobody else on this machine reads a team's code. By `chmod`, as a mode given to `mkdir` is cut and ignored for what is there. */
export async function makePrivate({ root, mirrors, temporary, packs }: Directories): Promise<void> {
  for (const path of [mirrors, join(root, 'git'), temporary, packs]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o700);
  }
}
