/**
 * A path in a repository is bytes, and two of them may look the same (`caf\xe9` and `caf\xe8` are both no UTF-8). Here
 * and in everything we store it is a text that names these bytes and no others: UTF-8 as it is, every byte that is none
 * as `\xE9`, and a backslash that would begin such an escape as `\x5C`. It is also what people see, because a decoded
 * form could not tell the two apart. Nothing is cut off a path: blanks at its ends belong to the name.
 */
const ESCAPE = /\\x([0-9A-F]{2})/g;
const LOOKS_ESCAPED = /\\(?=x[0-9A-F]{2})/g;

export function pathFromBytes(bytes: Uint8Array): string {
  return decodeBytes(bytes, escapeByte, (text) => text.replace(LOOKS_ESCAPED, '\\x5C'));
}

/** What git prints with `-z`: paths, each ended by a NUL. */
export function pathsFromBytes(bytes: Uint8Array): string[] {
  const paths: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at);
    paths.push(pathFromBytes(bytes.subarray(at, end === -1 ? bytes.length : end)));
    at = end === -1 ? bytes.length : end + 1;
  }
  return paths;
}

export function pathToBytes(path: string): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const match of path.matchAll(ESCAPE)) {
    parts.push(encoder.encode(path.slice(at, match.index)), Uint8Array.of(Number.parseInt(match[1] ?? '', 16)));
    at = match.index + match[0].length;
  }
  parts.push(encoder.encode(path.slice(at)));
  return joined(parts);
}

/** The one text for these bytes; `\x41` is none, because the byte 41 is a letter that needs no escape. */
export function isPath(path: string): boolean {
  return path !== '' && !path.includes('\0') && pathFromBytes(pathToBytes(path)) === path;
}

/**
 * The order in which a tree shows files and a diff is read: folders before files, names by their code units, the same on
 * every machine.
 */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const shared = Math.min(left.length, right.length);
  for (let depth = 0; depth < shared; depth++) {
    const [one = '', other = ''] = [left[depth], right[depth]];
    const folders = Number(depth < right.length - 1) - Number(depth < left.length - 1);
    if (one === other && folders === 0) continue;
    if (folders !== 0) return folders;
    return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

/**
 * Text of a file's content. A byte that is no UTF-8 becomes a lone surrogate (U+DC80 to U+DCFF, which no UTF-8 can hold),
 * so that two lines which differ in it differ on screen too; `hidden-characters.ts` shows it as `\xE9`.
 */
export function textFromBytes(bytes: Uint8Array): string {
  return decodeBytes(
    bytes,
    (byte) => String.fromCharCode(0xdc00 + byte),
    (text) => text,
  );
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeBytes(bytes: Uint8Array, invalid: (byte: number) => string, valid: (text: string) => string): string {
  try {
    return valid(strict.decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  let text = '';
  let good = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    if (length === 0) {
      text += valid(strict.decode(bytes.subarray(good, at))) + invalid(bytes[at] ?? 0);
      good = at + 1;
    }
    at += Math.max(1, length);
  }
  return text + valid(strict.decode(bytes.subarray(good)));
}

/** Bytes of the UTF-8 character that begins here; 0 when none does (RFC 3629, table 3-7 of Unicode). */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (length === 0) return 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let n = 1; n < length; n++) {
    const byte = bytes[at + n] ?? 0;
    if (byte < (n === 1 ? low : 0x80) || byte > (n === 1 ? high : 0xbf)) return 0;
  }
  return length;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
