/**
 * Characters that make a text look other than it is: https://trojansource.codes, https://www.unicode.org/reports/tr39.
 * Shown as `U+202E`, so that what a person approves is what runs.
 */
export interface TextPiece {
  readonly text: string;
  /** What it really is, when `text` stands for a character that cannot be seen. */
  readonly hidden: string | null;
}

/** First and last code point of each run, in hexadecimal as the Unicode tables have them. */
const HIDDEN_RUNS = [
  '0-8 a-1f 7f-a0', // controls but tab, and the blank that does not break
  'ad 34f 61c 180b-180f 200b-200f 202a-202e 2060-206f feff', // soft hyphen, joiners, zero width, direction
  '115f-1160 17b4-17b5 2800 3164 ffa0', // letters that are empty
  '1680 2000-200a 2028-2029 202f 205f 3000', // blanks that are no space, separators
  'fe00-fe0f e0000-e0fff fff0-fffb 1bca0-1bca3 1d173-1d17a', // variation selectors, tags, annotations
  'd800-dfff', // half a character, and what stands for a byte that is no UTF-8
];
const HIDDEN = new RegExp(
  `[${HIDDEN_RUNS.join(' ')
    .replaceAll(/([0-9a-f]+)/g, (_, code: string) => `\\u{${code}}`)
    .replaceAll(' ', '')}]`,
  'gu',
);
/** Where they are part of writing: joined emoji, their colour selector, and joiners between letters that join. */
const JOINING = '[\\p{sc=Arabic}\\p{sc=Devanagari}\\p{sc=Bengali}\\p{sc=Malayalam}\\p{sc=Sinhala}]';
const IN_WRITING = new RegExp(
  [
    '(?<=(?:\\p{Extended_Pictographic}|\\p{Emoji_Modifier})\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Emoji})\\ufe0f',
    `(?<=${JOINING}|${JOINING}\\p{M})[\\u200c\\u200d](?=${JOINING})`,
  ].join('|'),
  'gu',
);
const ASCII = /^[\t\x20-\x7e]*$/;

/** The text in pieces, each either as it is or a hidden character by its name. */
export function piecesOf(text: string): TextPiece[] {
  if (ASCII.test(text)) return text === '' ? [] : [{ text, hidden: null }];
  const written = new Set([...text.matchAll(IN_WRITING)].map(({ index }) => index));
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const { index, 0: character } of text.matchAll(HIDDEN)) {
    if (written.has(index)) continue;
    if (index > at) pieces.push({ text: text.slice(at, index), hidden: null });
    pieces.push({ text: character, hidden: nameOf(character) });
    at = index + character.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hidden: null });
  return pieces;
}

/** The same of a text of several lines, whose ends are where they are. */
export function piecesOfLines(text: string): TextPiece[] {
  return text
    .split(/(\r?\n)/)
    .flatMap((part, index) => (index % 2 === 1 ? [{ text: part, hidden: null }] : piecesOf(part)));
}

/** The text with every hidden character written out: for a line that is text alone. */
export function shown(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.hidden ?? piece.text)
    .join('');
}

/** Whether a person can see anything of it. */
export function isVisible(text: string): boolean {
  return piecesOf(text).some(({ text: piece, hidden }) => hidden === null && piece.trim() !== '');
}

/** A letter that looks like one of the Latin alphabet or like a sign of code, and is another. */
const LOOKALIKE = /[\u037e\u0589\u2024\u2044\u2215\u2236\u2a74-\u2a76\uff01-\uff5e\u{1d400}-\u{1d7ff}\u01c3\u02d0]/u;
const WORD = /[\p{L}\p{M}\p{N}_$]+/gu;
const LATIN = /\p{Script=Latin}/u;
const OTHER_ALPHABET =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Georgian}]/u;
/** Greek letters without a Latin twin: they stand for quantities beside Latin ones, as in `Δx` and `μs`. */
const NO_LATIN_TWIN = /[ΓΔΘΛΞΠΣΦΨΩβγδεζηθλμξπσςφψω]/gu;

/** Words of letters of two alphabets (`раypal` with Cyrillic `ра`) and signs that only look like ASCII. */
export function confusables(text: string): string[] {
  if (ASCII.test(text)) return [];
  const mixed = (text.match(WORD) ?? []).filter((word) => {
    const letters = word.replace(NO_LATIN_TWIN, '');
    return LATIN.test(letters) && OTHER_ALPHABET.test(letters);
  });
  const signs = [...text].filter((character) => LOOKALIKE.test(character));
  return [...new Set([...mixed, ...signs])];
}

/** Hidden characters that no text needs: blanks, and the return at the end of a line, are shown and are no reason to warn. */
const HARMLESS = /^(U\+(00A0|2000|2001|2002|2003|2004|2005|2006|2007|2008|2009|200A|202F|205F|3000|000D|FEFF)|\\x..)$/;

/** Whether somebody should be warned of this text: it is not what it looks like. */
export function misleads(text: string): boolean {
  if (ASCII.test(text)) return false;
  if (piecesOf(text).some(({ hidden }) => hidden !== null && !HARMLESS.test(hidden))) return true;
  return confusables(text).length > 0;
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16).toUpperCase()}`;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
