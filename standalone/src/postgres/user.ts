import { execFileSync } from 'node:child_process';

const NAME = 'claude-codex-db';
const HOME = '/nonexistent';

/** Whom the database runs as. `null`: as ourselves. */
export interface DatabaseUser {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root. When we are root it gets a user of its own, made once: not `nobody`, because
 * whatever else runs as that user could then read the database's files.
 */
export function databaseUser(): DatabaseUser | null {
  if (process.getuid?.() !== 0) return null;
  const known = lookUp();
  if (known !== null) return known;
  execFileSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--home-dir', HOME, '--shell', '/usr/sbin/nologin', NAME],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const made = lookUp();
  if (made === null) throw new Error(`the user ${NAME} for the database could not be made`);
  return made;
}

function lookUp(): DatabaseUser | null {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    // `id` says no with an exit code: there is no such user yet.
    return null;
  }
}
