/**
 * A file's name as git has it: its bytes, one character each, because a name need not be text and two that look the same
 * are two. For people it is `shown`.
 */
export type ByteName = string & { readonly isBytes: true };

export function readNames(list: Buffer): ByteName[] {
  return list
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '') as ByteName[];
}

/** What a command with `-z` reads. */
export function listOf(names: readonly ByteName[]): Buffer {
  return Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
}

export function byteName(text: string): ByteName {
  return Buffer.from(text).toString('latin1') as ByteName;
}

/** Names are put together and taken apart as bytes: `/` is one of them in any encoding. */
export function joined(...parts: readonly string[]): ByteName {
  return parts.join('') as ByteName;
}

export function shown(name: ByteName): string {
  return Buffer.from(name, 'latin1').toString('utf8');
}

/** For calls of the file system. */
export function pathIn(folder: string, name: ByteName): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
}
