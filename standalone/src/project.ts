import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { basename, delimiter, dirname } from 'node:path';

/** The git project the server was started in: offered as the first repository. */
export interface Project {
  path: string;
  name: string;
}

/**
 * The git work tree that `directory` belongs to: looking upwards is meant here, and only here, as a person would expect
 * of a tool started inside their project; nothing is run in what is found. Null outside of one, and inside our own source tree: nobody wants to work on the tool itself by accident.
 */
export function detectProject(directory: string, ownRoot: string): Project | null {
  // Our own source tree may be no clone (an archive, an image), and some keep all of their home in a repository: what
  // lies around the one or is the other was never meant.
  const ceiling = [dirname(ownRoot), homedir()].join(delimiter);
  try {
    const path = execFileSync('git', ['-C', directory, 'rev-parse', '--show-toplevel'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH ?? '', GIT_CEILING_DIRECTORIES: ceiling },
    }).trim();
    return path === '' || path === ownRoot ? null : { path, name: basename(path) };
  } catch {
    // git is missing or says that this is no work tree: both mean that there is nothing to offer.
    return null;
  }
}
