import type { Span } from './words.ts';

export type TokenClass = 'keyword' | 'string' | 'comment' | 'number' | 'name';
export interface Token extends Span {
  readonly kind: TokenClass;
}

/**
 * A light lexer: comments, strings, numbers, keywords and called or declared names, which is what helps in a diff.
 * A real grammar per language would cost more bytes than the whole page.
 */
interface Language {
  readonly line: readonly string[];
  readonly block: readonly (readonly [string, string])[];
  readonly quotes: readonly string[];
  readonly keywords: ReadonlySet<string>;
}

const set = (words: string) => new Set(words.split(' '));
const C_COMMENTS = { line: ['//'], block: [['/*', '*/']] } as const;

const SCRIPT: Language = {
  ...C_COMMENTS,
  quotes: ['`', '"', "'"],
  keywords: set(
    'as async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface is keyof let namespace new null of private protected public readonly return satisfies set static super switch this throw true try type typeof undefined var void while with yield',
  ),
};
const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/\.([cm]?[jt]sx?|svelte|vue|json5?|jsonc)$/, SCRIPT],
  [
    /\.(py|pyi)$/,
    {
      line: ['#'],
      block: [
        ['"""', '"""'],
        ["'''", "'''"],
      ],
      quotes: ['"', "'"],
      keywords: set(
        'False None True and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return self try while with yield',
      ),
    },
  ],
  [
    /\.(go|rs|java|kt|kts|scala|swift|c|h|cc|cpp|hpp|cs|php|dart|zig)$/,
    {
      ...C_COMMENTS,
      quotes: ['"', "'", '`'],
      keywords: set(
        'abstract as async await bool break byte case catch chan char class const continue crate data def default defer do double else enum export extends extern false final float fn for foreach func fun go goto if impl implements import in init int interface internal is let long loop map match mod mut namespace new nil null object operator override package private protected pub public range readonly record ref return self select short static string struct super switch template this throw throws trait true try type typeof unsafe use using val var virtual void when where while yield',
      ),
    },
  ],
  [
    /\.(sh|bash|zsh|ya?ml|toml|rb|pl|r|conf|ini|env|dockerfile|mk)$|(^|\/)(Dockerfile|Makefile)$/i,
    {
      line: ['#'],
      block: [],
      quotes: ['"', "'"],
      keywords: set(
        'begin case class def do done elif else elsif end ensure esac export false fi for from function if in local module nil null require rescue return self set then true unless until while yes no FROM RUN COPY ADD CMD ENTRYPOINT ENV ARG WORKDIR USER EXPOSE',
      ),
    },
  ],
  [
    /\.(css|scss|less)$/,
    {
      line: [],
      block: [['/*', '*/']],
      quotes: ['"', "'"],
      keywords: set('@media @import @layer @theme @keyframes @supports !important'),
    },
  ],
  [
    /\.sql$/i,
    {
      line: ['--'],
      block: [['/*', '*/']],
      quotes: ["'"],
      keywords: set(
        'add all alter and as asc begin between by case check commit constraint create default delete desc distinct drop else end exists foreign from function group having if in index inner insert into is join key left like limit not null on or order outer primary references returning right select set table then union unique update using values view when where with',
      ),
    },
  ],
  [/\.(html?|xml|svg)$/, { line: [], block: [['<!--', '-->']], quotes: ['"', "'"], keywords: set('') }],
];

export function languageOf(path: string): Language | null {
  return LANGUAGES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

const WORD = /[A-Za-z_$@!][\w$-]*/y;
const NUMBER = /\d[\w.]*/y;

/**
 * Tokens of one line.
 * @param open the closing mark of a comment or string that an earlier line left open, else null.
 * @returns the tokens and the mark still open at the end.
 */
export function lexLine(
  text: string,
  language: Language,
  open: string | null,
): { tokens: Token[]; open: string | null } {
  const tokens: Token[] = [];
  let at = 0;
  let pending = open;
  if (pending !== null) {
    const end = text.indexOf(pending);
    const kind = pending === '`' ? 'string' : 'comment';
    if (end === -1) return { tokens: text === '' ? [] : [{ kind, start: 0, end: text.length }], open: pending };
    at = end + pending.length;
    tokens.push({ kind, start: 0, end: at });
    pending = null;
  }
  while (at < text.length) {
    if (language.line.some((mark) => text.startsWith(mark, at))) {
      tokens.push({ kind: 'comment', start: at, end: text.length });
      break;
    }
    const block = language.block.find(([start]) => text.startsWith(start, at));
    if (block !== undefined) {
      const end = text.indexOf(block[1], at + block[0].length);
      tokens.push({ kind: 'comment', start: at, end: end === -1 ? text.length : end + block[1].length });
      if (end === -1) return { tokens, open: block[1] };
      at = end + block[1].length;
      continue;
    }
    const char = text[at] ?? '';
    if (language.quotes.includes(char)) {
      const end = closeQuote(text, at, char);
      tokens.push({ kind: 'string', start: at, end: end === -1 ? text.length : end });
      if (end === -1) return { tokens, open: char === '`' ? '`' : null };
      at = end;
      continue;
    }
    at = wordOrNumber(text, at, language, tokens);
  }
  return { tokens, open: pending };
}

function closeQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

function wordOrNumber(text: string, at: number, language: Language, tokens: Token[]): number {
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text);
  if (number !== null) {
    tokens.push({ kind: 'number', start: at, end: at + number[0].length });
    return at + number[0].length;
  }
  WORD.lastIndex = at;
  const word = WORD.exec(text);
  if (word === null) return at + 1;
  const end = at + word[0].length;
  if (
    language.keywords.has(word[0]) ||
    (word[0] === word[0].toUpperCase() && language.keywords.has(word[0].toLowerCase()))
  )
    tokens.push({ kind: 'keyword', start: at, end });
  else if (text[end] === '(') tokens.push({ kind: 'name', start: at, end });
  return end;
}
