import { cutText } from '@claude-codex/contracts/text';

/** Beyond this nobody reads a line of a list. */
const MOST = 500;

/** What marks stand for, in the order they are taken away: blocks first, then what stands within a line. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/^ {0,3}(?:```|~~~).*$/gm, ' '],
  [/^\s*(?:#{1,6}|>|[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/gm, ''],
  [/^\s*(?:[-*_] *){3,}$/gm, ' '],
  [/!?\[([^\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)/g, '$1'],
  [/(`+)(.+?)\1/g, '$2'],
  [/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2'],
  [/(?<![\w*])\*(?=\S)([^*]+?)\*(?![\w*])/g, '$1'],
  [/(?<![\w_])_(?=\S)([^_]+?)_(?![\w_])/g, '$1'],
];

/** Markdown as one line of plain text, for a list where there is room for its beginning: `**Why** \`x\`?` is `Why x?`. */
export function plainLine(markdown: string): string {
  const plain = MARKS.reduce((text, [mark, instead]) => text.replace(mark, instead), cutText(markdown, 4 * MOST));
  return cutText(plain.replace(/\s+/g, ' ').trim(), MOST);
}
