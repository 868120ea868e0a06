import { lstat, mkdir, mkdtemp, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import { MODES } from './private-directories.ts';

/** A unix socket's path has at most 107 bytes; below a data directory ours need 57 of them. */
const LONGEST = 50;

/**
 * The data directory under a name short enough for unix sockets: itself, or a link to it in the directory for temporary
 * files. The link is remembered, because agents that are still running know their socket by it. It lies in a directory
 * of our own, so that nobody else on the machine can put another link in its place.
 */
export async function shortPath(directory: string): Promise<string> {
  if (Buffer.byteLength(directory) <= LONGEST) return directory;
  await mkdir(directory, { recursive: true });
  const note = join(directory, 'short-path');
  const known = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (known !== '' && (await isOurs(known, directory))) return known;
  if (known !== '' && (await madeAgain(known, directory))) return known;
  const made = join(await placeForLink(directory), 'd');
  await symlink(directory, made);
  await writeFile(note, `${made}\n`, { mode: 0o600 });
  return made;
}

async function placeForLink(directory: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'codex-'));
  } catch (cause) {
    const why = `${directory} is too long a path for sockets, and no link to it can be made in ${tmpdir()}`;
    throw new OperatorError(
      `${why} (TMPDIR): ${reasonOf(cause)}. Set TMPDIR to a directory that this user may write, or use a data directory of at most ${LONGEST} bytes.`,
      { cause },
    );
  }
}

async function isOurs(link: string, directory: string): Promise<boolean> {
  try {
    const parent = await lstat(dirname(link));
    const isPrivate = parent.isDirectory() && parent.uid === process.getuid?.() && (parent.mode & 0o022) === 0;
    return isPrivate && (await readlink(link)) === directory;
  } catch {
    return false;
  }
}

/** Temporary directories are emptied now and then; the same name is taken again if it is free. */
async function madeAgain(link: string, directory: string): Promise<boolean> {
  try {
    await mkdir(dirname(link), { mode: MODES.own });
    await symlink(directory, link);
    return true;
  } catch {
    return false;
  }
}
