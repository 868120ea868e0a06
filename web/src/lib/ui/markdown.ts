import DOMPurify from 'dompurify';
import { marked, type Token, type TokensList } from 'marked';

/** Text and structure only: no pictures or styles that would call another host, no forms, no ids that clash with ours. */
const RULES = {
  ALLOWED_TAGS: [
    ...[
      'p',
      'br',
      'hr',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'ul',
      'ol',
      'li',
      'blockquote',
      'pre',
      'code',
      'em',
      'strong',
    ],
    ...[
      'del',
      'a',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'input',
      'kbd',
      'sub',
      'sup',
      'details',
      'summary',
      'span',
    ],
  ],
  ALLOWED_ATTR: ['href', 'title', 'align', 'start', 'type', 'checked', 'disabled', 'rel', 'target', 'tabindex'],
  // The last two parts let plain words and relative addresses through; the check runs on every attribute.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.nodeName === 'A') {
    node.setAttribute('rel', 'noopener noreferrer nofollow');
    node.setAttribute('target', '_blank');
  }
  // What scrolls sideways must be reachable by keyboard.
  if (node.nodeName === 'PRE' || node.nodeName === 'TABLE') node.setAttribute('tabindex', '0');
  // A task list's box is a picture of its state; anything else of that name is removed.
  if (node.nodeName === 'INPUT') {
    if (node.getAttribute('type') !== 'checkbox') node.remove();
    else {
      node.setAttribute('disabled', '');
      node.setAttribute('aria-label', node.hasAttribute('checked') ? 'done' : 'to do');
    }
  }
});

function clean(html: string): string {
  // Headings start one level below the page's own, so that the outline stays whole.
  const shifted = html.replace(
    /<(\/?)h([1-6])\b/g,
    (_, close: string, level: string) => `<${close}h${Math.min(6, Number(level) + 1)}`,
  );
  return DOMPurify.sanitize(shifted, RULES);
}

export function renderMarkdown(source: string): string {
  return clean(marked.parse(source, { async: false, gfm: true }));
}

export interface MarkdownBlock {
  readonly html: string;
  /** Lines of the source this block came from, counted from 1. */
  readonly startLine: number;
  readonly endLine: number;
  readonly raw: string;
}

/** The top-level blocks with the lines they stand on, so that a comment can point at them. */
export function markdownBlocks(source: string): MarkdownBlock[] {
  const tokens = marked.lexer(source, { gfm: true });
  const blocks: MarkdownBlock[] = [];
  let line = 1;
  for (const token of tokens) {
    const startLine = line;
    line += token.raw.split('\n').length - 1;
    if (token.type === 'space' || token.type === 'def') continue;
    const trimmed = token.raw.replace(/\n+$/, '');
    const endLine = startLine + trimmed.split('\n').length - 1;
    blocks.push({ html: clean(marked.parser(single(token, tokens.links))), startLine, endLine, raw: trimmed });
  }
  return blocks;
}

function single(token: Token, links: TokensList['links']): TokensList {
  return Object.assign([token], { links });
}
