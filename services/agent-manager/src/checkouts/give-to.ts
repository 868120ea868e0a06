import { lchown, readdir } from 'node:fs/promises';

const SEPARATOR = Buffer.from('/');

/**
 * Gives a directory and everything in it to somebody. `lchown`: a symbolic link in the repository must not change the
 * owner of what it points to. Names stay bytes: one that is not UTF-8 would come back as another name, which nobody has.
 */
export async function giveTo(directory: string | Buffer, owner: { uid: number; gid: number }): Promise<void> {
  await lchown(directory, owner.uid, owner.gid);
  for (const entry of await readdir(directory, { encoding: 'buffer', withFileTypes: true })) {
    const path = Buffer.concat([Buffer.from(directory), SEPARATOR, entry.name]);
    if (entry.isDirectory()) await giveTo(path, owner);
    else await lchown(path, owner.uid, owner.gid);
  }
}
