import DOMPurify from 'dompurify';
import { ATTRIBUTES, boxLabel, LINK, SCROLLS, TAGS } from './allowed-html.ts';
import { plainTags } from './plain-tags.ts';

const RULES = {
  ALLOWED_TAGS: [...TAGS],
  ALLOWED_ATTR: [...ATTRIBUTES],
  // The last two parts let plain words and relative addresses through; the check runs on every attribute.
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
};

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  const name = node.nodeName.toLowerCase();
  if (name === 'a') for (const [key, value] of Object.entries(LINK)) node.setAttribute(key, value);
  if (SCROLLS.includes(name)) node.setAttribute('tabindex', '0');
  if (name === 'input') {
    if (node.getAttribute('type') !== 'checkbox') node.remove();
    else {
      node.setAttribute('disabled', '');
      node.setAttribute('aria-label', boxLabel(node.hasAttribute('checked')));
    }
  }
});

/** HTML made of Markdown, without whatever is not allowed. */
export function clean(html: string): string {
  return DOMPurify.sanitize(plainTags(html), RULES);
}
