import { confusables, piecesOf } from '@claude-codex/contracts/hidden-characters';
import type { Token, TokenClass } from './lexer.ts';
import type { Line } from './rows.ts';
import type { Span } from './words.ts';

export interface Segment {
  readonly text: string;
  readonly kind: TokenClass | null;
  readonly changed: boolean;
  /** What stands in place of a character that cannot be seen. */
  readonly hidden: string | null;
  /** A word that looks like another one. */
  readonly lookalike: boolean;
}

/** Cuts a line where its colour or one of its marks changes; spans of a kind are in order and do not overlap. */
export function segmentsOf(text: string, tokens: readonly Token[], words: readonly Span[] | null): Segment[] {
  const hidden = hiddenIn(text);
  const lookalikes = lookalikesIn(text);
  const cuts = new Set([0, text.length]);
  for (const { start, end } of [...tokens, ...(words ?? []), ...hidden, ...lookalikes]) cuts.add(start).add(end);
  const sorted = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  const [token, word, secret, twin] = [cover(tokens), cover(words ?? []), cover(hidden), cover(lookalikes)];
  return sorted.slice(1).map((end, index) => {
    const start = sorted[index] ?? 0;
    return {
      text: text.slice(start, end),
      kind: token(start, end)?.kind ?? null,
      changed: word(start, end) !== null,
      hidden: secret(start, end)?.name ?? null,
      lookalike: twin(start, end) !== null,
    };
  });
}

/** Looks up which span holds a piece, asked from left to right: one pass over both. */
function cover<S extends Span>(spans: readonly S[]): (start: number, end: number) => S | null {
  let at = 0;
  return (start, end) => {
    while ((spans[at]?.end ?? Number.POSITIVE_INFINITY) <= start) at++;
    const span = spans[at];
    return span !== undefined && span.start <= start && span.end >= end ? span : null;
  };
}

function hiddenIn(text: string): (Span & { readonly name: string })[] {
  let at = 0;
  return piecesOf(text).flatMap(({ text: piece, hidden }) => {
    const start = at;
    at += piece.length;
    return hidden === null ? [] : [{ start, end: at, name: hidden }];
  });
}

function lookalikesIn(text: string): Span[] {
  const spans: Span[] = [];
  for (const word of confusables(text)) {
    for (let start = text.indexOf(word); start !== -1; start = text.indexOf(word, start + word.length))
      spans.push({ start, end: start + word.length });
  }
  return spans.sort((a, b) => a.start - b.start);
}

type Lexer = typeof import('./lexer.ts');

/** Tokens per line key. Old and new side are read separately, each with what it left open. */
export function highlight(path: string, hunks: readonly Line[][], lexer: Lexer): ReadonlyMap<string, readonly Token[]> {
  const found = new Map<string, readonly Token[]>();
  const language = lexer.languageOf(path);
  if (language === null) return found;
  for (const lines of hunks) {
    let openOld: string | null = null;
    let openNew: string | null = null;
    for (const line of lines) {
      const old = line.kind === 'removed';
      const result = lexer.lexLine(line.text, language, old ? openOld : openNew);
      found.set(line.key, result.tokens);
      if (old) openOld = result.open;
      else {
        openNew = result.open;
        if (line.kind === 'context') openOld = result.open;
      }
    }
  }
  return found;
}
