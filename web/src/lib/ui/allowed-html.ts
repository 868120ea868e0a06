/** Text and structure only: no pictures or styles that would call another host, no forms, no ids that clash with ours. */
export const TAGS: readonly string[] = [
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
];
export const ATTRIBUTES: readonly string[] = [
  ...['href', 'title', 'align', 'start', 'type', 'checked', 'disabled', 'rel', 'target', 'tabindex'],
];
/** A link leaves the page and says nothing of where it came from. */
export const LINK = { rel: 'noopener noreferrer nofollow', target: '_blank' } as const;
/** What scrolls sideways must be reachable by keyboard. */
export const SCROLLS: readonly string[] = ['pre', 'table'];
/** A task list's box is a picture of its state; anything else of that name is removed. */
export const boxLabel = (checked: boolean): string => (checked ? 'done' : 'to do');
