import { execFileSync } from 'node:child_process';
import { basename, dirname } from 'node:path';

/** The git project the server was started in: offered as the first repository. */
export interface Project {
  path: string;
  name: string;
}

/**
 * Looks for a git work tree at `directory`, as a person would expect of a tool started inside their project. Null
 * outside of one, and inside our own source tree: nobody wants to work on the tool itself by accident.
 */
export function detectProject(directory: string, ownRoot: string): Project | null {
  try {
    const path = execFileSync('git', ['-C', directory, 'rev-parse', '--show-toplevel'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '', GIT_CEILING_DIRECTORIES: dirname(ownRoot) },
    }).trim();
    return path === '' || path === ownRoot ? null : { path, name: basename(path) };
  } catch {
    // git is missing or says that this is no work tree: both mean that there is nothing to offer.
    return null;
  }
}
