import sanitize, { type IOptions, type Transformer } from 'sanitize-html';
import { ATTRIBUTES, boxLabel, LINK, SCROLLS, TAGS } from './allowed-html.ts';

const link: Transformer = (tagName, attribs) => ({ tagName, attribs: { ...attribs, ...LINK } });
const scrolls: Transformer = (tagName, attribs) => ({ tagName, attribs: { ...attribs, tabindex: '0' } });
const box: Transformer = (tagName, attribs) => ({
  tagName,
  attribs: { ...attribs, disabled: '', 'aria-label': boxLabel('checked' in attribs) },
});

const RULES: IOptions = {
  allowedTags: [...TAGS],
  allowedAttributes: { '*': [...ATTRIBUTES], input: ['aria-label'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  transformTags: { a: link, input: box, ...Object.fromEntries(SCROLLS.map((name) => [name, scrolls])) },
  exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs.type !== 'checkbox',
};

/** The same as in the browser (`clean-in-browser.ts`), where there is no document to check it in. */
export function clean(html: string): string {
  return sanitize(html, RULES);
}
