import { Marked, type Token, type TokensList } from 'marked';
import { clean } from '#clean';
import { asWritten, withHiddenNamed } from './as-written.ts';

const marked = new Marked({ gfm: true }, asWritten);

/** Headings start one level below the page's own, so that the outline stays whole. */
function safe(html: string): string {
  const below = html.replace(
    /<(\/?)h([1-6])\b/g,
    (_, close: string, level: string) => `<${close}h${Math.min(6, Number(level) + 1)}`,
  );
  return withHiddenNamed(clean(below));
}

export function renderMarkdown(source: string): string {
  return safe(marked.parse(source, { async: false }));
}

export interface MarkdownBlock {
  /** Null for text that is shown as it was written. */
  readonly html: string | null;
  /** Lines of the source this block came from, counted from 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly raw: string;
}

/** The top-level blocks with the lines they stand on, so that a comment can point at them. */
export function markdownBlocks(source: string): MarkdownBlock[] {
  const tokens = marked.lexer(source);
  const blocks: MarkdownBlock[] = [];
  let line = 1;
  for (const token of tokens) {
    const startLine = line;
    line += token.raw.split('\n').length - 1;
    if (token.type === 'space') continue;
    const trimmed = token.raw.replace(/\n+$/, '');
    const endLine = startLine + trimmed.split('\n').length - 1;
    blocks.push({ html: safe(marked.parser(single(token, tokens.links))), startLine, endLine, raw: trimmed });
  }
  return blocks;
}

function single(token: Token, links: TokensList['links']): TokensList {
  return Object.assign([token], { links });
}

const PLAIN_LINES = 100;

/** A text too large to be formatted at once, in pieces of some lines. */
export function plainBlocks(source: string): MarkdownBlock[] {
  const lines = source.split('\n');
  return Array.from({ length: Math.ceil(lines.length / PLAIN_LINES) }, (_, index) => {
    const start = index * PLAIN_LINES;
    const piece = lines.slice(start, start + PLAIN_LINES);
    return { html: null, startLine: start + 1, endLine: start + piece.length, raw: piece.join('\n') };
  });
}
