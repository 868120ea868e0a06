import { piecesOf } from '@claude-codex/contracts/hidden-characters';
import type { MarkedExtension } from 'marked';
import { TAGS } from './allowed-html.ts';

const VALUE = `(?:\\s*=\\s*(?:"[^"<]*"|'[^'<]*'|[^\\s"'=<>\`]+))?`;
/** Attributes that do what they say; whatever is written in others nobody would see. */
const SHOWN_TAG = `/?(?:${TAGS.join('|')})(?:\\s+(?:href|align|start|open)${VALUE})*\\s*/?>`;
const HIDING = new RegExp(`<(?!${SHOWN_TAG})`, 'gi');

/**
 * What Markdown would leave out is shown as it was written: comments, tags that are not allowed, pictures, definitions.
 * An agent reads them, so whoever approves a plan must see them.
 */
export const asWritten: MarkedExtension = {
  renderer: {
    html: ({ text }) => text.replaceAll(HIDING, '&lt;'),
    image: ({ raw }) => escaped(raw),
    def: ({ raw }) => `<p>${escaped(raw.trim())}</p>\n`,
  },
};

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const TAG_OR_TEXT = /<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>|[^<]+/g;
const LINE_END = /(\r?\n)/;

/** Clean HTML in which every character that cannot be seen stands by its name, as in a diff (`Shown.svelte`). */
export function withHiddenNamed(html: string): string {
  return html.replaceAll(TAG_OR_TEXT, (part) =>
    part.startsWith('<') ? part : part.split(LINE_END).map(named).join(''),
  );
}

function named(text: string): string {
  if (text === '\n' || text === '\r\n') return text;
  return piecesOf(text)
    .map(({ text: piece, hidden }) =>
      hidden === null
        ? piece
        : `<span class="hidden-character" title="A character that cannot be seen">${hidden}</span>`,
    )
    .join('');
}
