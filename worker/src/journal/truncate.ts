/** Longest text kept of one field of a record. The full text stays in the session's transcript. */
export const MAX_TEXT_BYTES = 64 * 1024;
const TAIL_BYTES = 16 * 1024;

/** Keeps the beginning and the end of a long text, by UTF-8 bytes; never cuts a character in two. */
export function truncate(text: string, maxBytes = MAX_TEXT_BYTES): { text: string; truncated: boolean } {
  if (text.length * 3 <= maxBytes) return { text, truncated: false };
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return { text, truncated: false };
  const tail = Math.min(TAIL_BYTES, Math.floor(maxBytes / 4));
  const marker = `\n… ${bytes.length - maxBytes} bytes left out …\n`;
  const head = startOf(bytes, maxBytes - tail);
  return { text: `${head}${marker}${endOf(bytes, tail)}`, truncated: true };
}

/** The last `maxBytes` of a text. */
export function tailOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length <= maxBytes ? text : endOf(bytes, maxBytes);
}

/** Truncates every string inside a JSON value, such as the content of a file that a tool call writes. */
export function truncateDeep(value: unknown): unknown {
  if (typeof value === 'string') return truncate(value).text;
  if (Array.isArray(value)) return value.map(truncateDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, truncateDeep(inner)]));
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

function startOf(bytes: Buffer, length: number): string {
  let end = length;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function endOf(bytes: Buffer, length: number): string {
  let start = bytes.length - length;
  while (start < bytes.length && isContinuation(bytes[start])) start += 1;
  return bytes.toString('utf8', start);
}
