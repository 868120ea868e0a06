import { ATTRIBUTES } from './allowed-html.ts';

const COMMENT = '<!--[\\s\\S]*?-->';
const ATTRIBUTE = `[^\\s"'<>/=]+(?:\\s*=\\s*(?:"[^"]*"|'[^']*'|[^\\s"'=<>\`]+))?`;
const TAG = `<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\\s+${ATTRIBUTE})*)\\s*/?>`;
const PIECE = new RegExp(`${COMMENT}|${TAG}|<`, 'g');
const EACH_ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

/**
 * HTML whose tags carry nothing but the attributes that are allowed; what is no whole tag is text. It makes nothing safe,
 * which is the cleaner's: but a browser reports every `onclick` to the page's policy as soon as somebody parses it, so
 * hostile Markdown filled the reports of a page on which nothing ran.
 */
export function plainTags(html: string): string {
  return html.replace(PIECE, (piece, closes?: string, name?: string, attributes?: string) => {
    if (name !== undefined) return `<${closes ?? ''}${name}${closes === '' ? allowed(attributes ?? '') : ''}>`;
    return piece === '<' ? '&lt;' : '';
  });
}

function allowed(attributes: string): string {
  return [...attributes.matchAll(EACH_ATTRIBUTE)]
    .filter(([, name = '']) => ATTRIBUTES.includes(name.toLowerCase()))
    .map(([, name, double, single, bare]) => {
      const value = (double ?? single ?? bare ?? '').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
      return ` ${name}="${value}"`;
    })
    .join('');
}
