import type { Token, TokenClass } from './lexer.ts';
import type { Line } from './rows.ts';
import type { Span } from './words.ts';

export interface Segment {
  readonly text: string;
  readonly kind: TokenClass | null;
  readonly changed: boolean;
}

/** Cuts a line where its colour or its "changed" mark changes. */
export function segmentsOf(text: string, tokens: readonly Token[], words: readonly Span[] | null): Segment[] {
  const cuts = new Set([0, text.length]);
  for (const span of [...tokens, ...(words ?? [])]) {
    cuts.add(span.start);
    cuts.add(span.end);
  }
  const sorted = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (let n = 0; n + 1 < sorted.length; n++) {
    const start = sorted[n] ?? 0;
    const end = sorted[n + 1] ?? 0;
    segments.push({
      text: text.slice(start, end),
      kind: tokens.find((token) => token.start <= start && token.end >= end)?.kind ?? null,
      changed: words?.some((span) => span.start <= start && span.end >= end) ?? false,
    });
  }
  return segments;
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
