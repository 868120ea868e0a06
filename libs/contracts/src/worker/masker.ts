const MASK = '••••••';
/** Shorter values would turn ordinary words and numbers into dots. */
export const MIN_SECRET_LENGTH = 4;
/** A shorter piece of base64 is too likely to occur by itself. */
const MIN_BASE64_PIECE = 8;

/** Replaces known secret values, plain or encoded, in everything that leaves the worker. */
export interface Masker {
  /** From now on `value` is masked. Returns false when it is too short to be masked. */
  add(value: string): boolean;
  text(text: string): string;
  /** The same for every string inside a JSON value, keys included. */
  deep(value: unknown): unknown;
  /** Masks text whose lines are JSON, such as a transcript, where values stand escaped and escaped once more. */
  jsonLines(text: string): string;
  /** True when `text` holds a secret value. */
  finds(text: string): boolean;
}

export function createMasker(): Masker {
  const needles = new Set<string>();
  let pattern: RegExp | null = null;

  function text(input: string): string {
    return pattern === null ? input : input.replaceAll(pattern, MASK);
  }

  function deep(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(deep);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), deep(inner)]));
  }

  function jsonLine(line: string): string {
    if (line.trim() === '') return line;
    try {
      return JSON.stringify(deep(JSON.parse(line)));
    } catch (error) {
      // The last line of a session that was killed may be half a line.
      if (error instanceof SyntaxError) return text(line);
      throw error;
    }
  }

  return {
    add(value) {
      if (value.length < MIN_SECRET_LENGTH) return false;
      for (const form of formsOf(value)) needles.add(form);
      // Longest first, so that a secret that contains another one is masked whole.
      const sorted = [...needles].sort((a, b) => b.length - a.length);
      pattern = new RegExp(sorted.map((needle) => escapeForPattern(needle)).join('|'), 'g');
      return true;
    },
    text,
    deep,
    jsonLines: (lines) => (pattern === null ? lines : lines.split('\n').map(jsonLine).join('\n')),
    finds: (input) => pattern !== null && input.search(pattern) !== -1,
  };
}

/** The shapes in which a value turns up in output: as it is, JSON, URL and form encoding, hex, base64 at any offset, line by line. */
function* formsOf(value: string): Generator<string> {
  const bytes = Buffer.from(value, 'utf8');
  yield value;
  yield JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  yield url;
  yield url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  yield new URLSearchParams({ v: value }).toString().slice('v='.length);
  yield bytes.toString('hex');
  yield bytes.toString('hex').toUpperCase();
  yield* base64Pieces(bytes);
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= MIN_BASE64_PIECE);
  if (lines.length > 1) yield* lines;
}

/**
 * Base64 of a value depends on how many bytes stand before it, modulo three, and its last character on what follows.
 * For each offset this gives the characters that depend on the value alone, in both alphabets.
 */
function* base64Pieces(bytes: Buffer): Generator<string> {
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    const piece = encoded.slice(Math.ceil((offset * 8) / 6), whole);
    if (piece.length < MIN_BASE64_PIECE) continue;
    yield piece;
    yield piece.replaceAll('+', '-').replaceAll('/', '_');
  }
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
