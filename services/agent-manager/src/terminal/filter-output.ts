/**
 * Takes out of a terminal's output what could act on the person who watches: writing to or reading from the clipboard
 * (OSC 52), and questions that a terminal answers by itself, since the answer would arrive as if that person had typed
 * it. Works on a stream: a sequence may be cut anywhere.
 */
export interface OutputFilter {
  pass(bytes: Buffer): Buffer;
}

const ESC = 0x1b;
const BEL = 0x07;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
/** First byte of the UTF-8 form of the controls U+0080 to U+009F, which terminals read like escape sequences. */
const C1_LEAD = 0xc2;
/** A longer sequence than this is not a sequence but an attack on whoever buffers it; it is dropped whole. */
const MAX_SEQUENCE = 4096;
/** `]` OSC, `P` DCS, `X` SOS, `^` PM, `_` APC: they go on until a terminator. */
const STRINGS = new Set([...']PX^_'].map((character) => character.charCodeAt(0)));

type State = 'text' | 'lead' | 'escape' | 'control' | 'string';

export function createOutputFilter(): OutputFilter {
  let state: State = 'text';
  let sequence: number[] = [];
  let overlong = false;

  function begin(): number[] {
    state = 'escape';
    sequence = [ESC];
    overlong = false;
    return [];
  }

  function keep(byte: number): void {
    if (sequence.length < MAX_SEQUENCE) sequence.push(byte);
    else overlong = true;
  }

  /** The finished sequence, or nothing when it is not let through. */
  function finish(): number[] {
    state = 'text';
    return overlong || isRefused(sequence) ? [] : sequence;
  }

  function take(byte: number): number[] {
    switch (state) {
      case 'text':
        if (byte === ESC) return begin();
        if (byte !== C1_LEAD) return [byte];
        state = 'lead';
        return [];
      case 'lead':
        state = 'text';
        if (byte === ESC) return begin();
        return byte >= 0x80 && byte <= 0x9f ? [] : [C1_LEAD, byte];
      case 'escape':
        if (byte === ESC) return begin();
        keep(byte);
        if (byte === 0x5b) state = 'control';
        else if (STRINGS.has(byte)) state = 'string';
        else if (byte >= 0x30) return finish();
        return [];
      case 'control':
        if (byte === ESC) return begin();
        // Terminals act on control characters inside a sequence and go on reading it.
        if (byte < 0x20) return [];
        keep(byte);
        return byte >= 0x40 && byte <= 0x7e ? finish() : [];
      case 'string': {
        keep(byte);
        const ended = byte === BEL || byte === CANCEL || byte === SUBSTITUTE;
        return ended || (byte === 0x5c && sequence.at(-2) === ESC) ? finish() : [];
      }
    }
  }

  return {
    pass(bytes) {
      // Most output holds no escape at all.
      if (state === 'text' && !bytes.includes(ESC) && !bytes.includes(C1_LEAD)) return bytes;
      const passed: number[] = [];
      for (const byte of bytes) passed.push(...take(byte));
      return Buffer.from(passed);
    },
  };
}

/** Patterns for what follows the escape character, without the terminator of a string. */
const REFUSED: readonly RegExp[] = [
  // Clipboard; colour and palette questions; device control and other strings (DECRQSS, XTGETTCAP, sixel).
  /^\]52;/,
  /^\](?:4|5|1[0-9]);.*\?/s,
  /^[PX^_]/,
  // Device attributes, status and cursor reports, mode, parameter, version and window questions; DECID.
  /^\[[>=?]?[0-9;]*c$/,
  /^\[\??[0-9;]*n$/,
  /^\[\??[0-9;]*\$p$/,
  /^\[[0-9;]*x$/,
  /^\[>[0-9;]*q$/,
  /^\[(?:1[1-9]|2[01])(?:;[0-9;]*)?t$/,
  /^Z$/,
  // A title with more than a line's worth of text, and links to anything but the web.
  /^\][012];.{300,}/s,
  /^\]8;[^;]*;(?!$|https?:\/\/)/,
];

function isRefused(sequence: readonly number[]): boolean {
  const text = Buffer.from(sequence).toString('latin1').slice(1);
  const last = sequence.at(-1);
  const isString = STRINGS.has(sequence[1] ?? 0);
  const terminator = !isString ? 0 : last === 0x5c ? 2 : 1;
  const body = text.slice(0, text.length - terminator);
  return REFUSED.some((pattern) => pattern.test(body));
}
