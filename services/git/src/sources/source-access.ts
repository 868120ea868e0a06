import { realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { RepositorySource } from '@claude-codex/contracts';
import type { GitPermissions } from '@claude-codex/service-kit/git/environment';
import { gitUrl } from '@claude-codex/service-kit/git/names';
import { newId } from '@claude-codex/service-kit/ids';
import { findRepository } from './local-repository.ts';
import { liesIn, reachesInto } from './own-places.ts';
import { refusal } from './source-refusal.ts';
import { makeView, type SourceView } from './source-view.ts';

export { SourceUnavailable } from './source-refusal.ts';

/** How git reaches a source: its address as an argument, and what has to be allowed for it. */
export interface SourceAccess extends GitPermissions {
  readonly address: string;
  /** The address as the person wrote it. */
  readonly name: string;
  /** Our view of it when it is a directory on this machine; null when it is somewhere else. */
  readonly view: SourceView | null;
}

export interface SourceSettings {
  /** The bare repository of the demo. */
  readonly samplePath: string;
  /** The data directory: what lies in it is ours and never a source. */
  readonly dataDir: string;
  /** Where views are made; nothing in it outlives its use. */
  readonly temporary: string;
  /** The variables that lead git to a source in the network, by our dialer. */
  network(protocol: 'https' | 'ssh', login?: GitLogin): Promise<Readonly<Record<string, string>>>;
  /** How to sign in to a repository at a forge, for one use. Throws `SourceUnavailable`. */
  login(source: ForgeSource): Promise<GitLogin>;
}

export type ForgeSource = Extract<RepositorySource, { kind: 'forge' }>;

/** For this address and what lies below it. */
export interface GitLogin {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** Opens a source for as long as `use` runs. Throws `SourceUnavailable`. */
export async function withSource<Result>(
  source: RepositorySource,
  settings: SourceSettings,
  use: (access: SourceAccess) => Promise<Result>,
): Promise<Result> {
  if (source.kind === 'git' || source.kind === 'forge') {
    const address = gitUrl(source.url);
    const protocol = address.startsWith('https://') ? 'https' : 'ssh';
    const login = source.kind === 'forge' ? await settings.login(source) : undefined;
    const network = await settings.network(protocol, login);
    return use({ address, name: address, view: null, protocols: [protocol], network });
  }
  const path = await existingDirectory(source.kind === 'sample' ? settings.samplePath : source.path);
  const repository = await findRepository(path);
  const ours = (await liesIn(settings.dataDir, path)) || (await reachesInto(settings.dataDir, repository));
  if (source.kind === 'path' && ours) throw refusal('PATH_IS_OURS', { path: source.path });
  const directory = join(settings.temporary, `source-${newId()}.git`);
  try {
    const view = await makeView(repository, directory);
    return await use({ address: view.gitDir, name: path, view, protocols: ['file'] });
  } finally {
    // Links are removed, never what they point to.
    await rm(directory, { recursive: true, force: true });
  }
}

/** Symbolic links are followed once, here, so that what was checked is what is used. */
async function existingDirectory(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw refusal('INVALID_PATH', { path });
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw refusal('PATH_NOT_FOUND', { path }, { cause });
  }
  throw refusal('PATH_NOT_A_DIRECTORY', { path });
}
