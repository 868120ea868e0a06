import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError, reasonOf } from '../operator-error.ts';

const KEY_BYTES = 32;
const READABLE_BY_OTHERS = 0o004;

/** The key everything secret is derived from. Lives in a file outside the database and its backups. */
export interface MasterKey {
  /** 32 bytes for one purpose; keys of different purposes tell nothing about each other (HKDF-SHA-256). */
  derive(purpose: string): Buffer;
}

/**
 * Reads the key file, and makes it (mode 0600) when it is missing: that is the first start. Two processes starting at
 * once end up with the same key. Throws `OperatorError` for a file that every user of the machine can read, that cannot be
 * read by this one, or that holds no key.
 */
export async function loadMasterKey(path: string): Promise<MasterKey> {
  const bytes = (await readKey(path)) ?? (await makeKey(path));
  return { derive: (purpose) => Buffer.from(hkdfSync('sha256', bytes, 'claude-codex', purpose, KEY_BYTES)) };
}

async function readKey(path: string): Promise<Buffer | null> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if ((mode & READABLE_BY_OTHERS) !== 0) {
      throw new OperatorError(`The master key can be read by every user of this machine. Run: chmod 600 ${path}`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`The master key cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length !== KEY_BYTES) {
    throw new OperatorError(`${path} holds no master key (32 bytes in base64). Put the right file back.`);
  }
  return bytes;
}

/** Written whole beside its place and linked into it: the file never exists half, and the first of two makers wins. */
async function makeKey(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
  const bytes = await readKey(path);
  if (bytes === null) throw new Error('The master key file vanished while it was being made');
  return bytes;
}
