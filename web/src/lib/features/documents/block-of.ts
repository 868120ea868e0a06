import { cutText } from '@claude-codex/contracts/text';
import type { MarkdownBlock } from '#lib/ui/markdown.ts';

/** How much of the words a comment is about is stored with it. */
const MOST_QUOTED = 20_000;

/** What somebody says of a document: its lines, and what stood there then; empty when nobody knows. */
export interface Said {
  readonly startLine: number;
  readonly endLine: number;
  readonly quote: string;
}
type Block = Pick<MarkdownBlock, 'startLine' | 'raw'>;

export const quoteOf = (block: Block): string => cutText(block.raw, MOST_QUOTED);

/**
 * The part of a document something was said of. An edit further up moves its lines, so the words count first: the nearest
 * part that still has them. Where they are gone, the part that stands on those lines now.
 */
export function blockOf<Shown extends Block>(blocks: readonly Shown[], said: Said): Shown | null {
  const distance = (block: Shown) => Math.abs(block.startLine - said.startLine);
  const [nearest] = blocks
    .filter((block) => said.quote !== '' && quoteOf(block) === said.quote)
    .sort((a, b) => distance(a) - distance(b));
  return nearest ?? blocks.findLast((block) => block.startLine <= said.endLine) ?? blocks[0] ?? null;
}

/** A name for each part that it keeps when its lines move: what somebody writes beside it is not taken from under them. */
export function keysOf(blocks: readonly Block[]): string[] {
  const seen = new Map<string, number>();
  return blocks.map(({ raw }) => {
    const times = seen.get(raw) ?? 0;
    seen.set(raw, times + 1);
    return `${times} ${raw}`;
  });
}
