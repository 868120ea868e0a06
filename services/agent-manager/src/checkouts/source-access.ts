import { realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { RepositorySource } from '@claude-codex/contracts';
import type { GitPermissions } from '../git/environment.ts';
import { gitUrl } from '../git/names.ts';
import { trustingConfiguration } from '../git/trusting-configuration.ts';

/** How git reaches a source: its address as an argument, and what has to be allowed for it. */
export interface SourceAccess extends GitPermissions {
  readonly address: string;
  /** True when it is a directory on this machine. */
  readonly local: boolean;
}

export interface SourceSettings {
  /** The bare repository of the demo. */
  readonly samplePath: string;
  /** Directory for git configuration files. */
  readonly gitConfigurations: string;
  /** See `NETWORK_VARIABLES`. */
  readonly network: Readonly<Record<string, string>>;
}

/** The source cannot be used; `code` and `message` are for the person who connected it. */
export class SourceUnavailable extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceUnavailable';
    this.code = code;
  }
}

export async function sourceAccess(source: RepositorySource, settings: SourceSettings): Promise<SourceAccess> {
  if (source.kind === 'git') {
    const address = gitUrl(source.url);
    const protocols = [address.startsWith('https://') ? ('https' as const) : ('ssh' as const)];
    return { address, local: false, protocols, network: settings.network };
  }
  const path = await existingDirectory(source.kind === 'sample' ? settings.samplePath : source.path);
  const globalConfig = await trustingConfiguration(settings.gitConfigurations, path);
  return { address: path, local: true, protocols: ['file'], globalConfig };
}

/** Symbolic links are followed once, here, so that what was checked is what is used. */
async function existingDirectory(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0'))
    throw new SourceUnavailable('INVALID_PATH', 'The path must be absolute.');
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw new SourceUnavailable('PATH_NOT_FOUND', 'There is no directory at this path on the server.', { cause });
  }
  throw new SourceUnavailable('PATH_NOT_A_DIRECTORY', 'The path is a file, not a directory.');
}
