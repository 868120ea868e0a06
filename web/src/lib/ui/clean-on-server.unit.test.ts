import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, TAGS } from './allowed-html.ts';
import { clean } from './clean-on-server.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg><style><!--</style><img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<p style="background:url(https://elsewhere.example)" onclick=alert(1)>x',
  '<form action="https://elsewhere.example"><input type=text><button>',
  '<input type="text" value="x">',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '</div></main><script>alert(1)</script>',
  '<details open ontoggle=alert(1)><summary>x',
  '<!-- --!> <script>alert(1)</script>',
];

/** The elements of HTML that `clean` wrote: it closes everything, so a plain reading of its tags is enough. */
function elementsOf(html: string) {
  return [...html.matchAll(/<(\/?)([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g)].map(
    ([tag, close = '', name = '', attributes = '']) => ({ tag, closes: close !== '', name, attributes }),
  );
}
const VOID = ['br', 'hr', 'input'];

function expectHarmless(html: string) {
  const elements = elementsOf(html);
  // Every `<` begins one of these elements: nothing else in the text can be one to a browser.
  expect(html.split('<').length - 1).toBe(elements.length);
  const open: string[] = [];
  for (const { name, closes, attributes } of elements) {
    expect(TAGS).toContain(name);
    for (const [, attribute = '', value = ''] of attributes.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/g)) {
      expect([...ATTRIBUTES, 'aria-label']).toContain(attribute);
      if (attribute === 'href') expect(value).not.toMatch(/^[^a-z]*(javascript|data|vbscript):/i);
    }
    if (closes) expect(open.pop()).toBe(name);
    else if (!VOID.includes(name)) open.push(name);
  }
  expect(open).toEqual([]);
}

describe('what agents wrote, in a page made on the server', () => {
  it.each(HOSTILE)('%s runs nothing and ends nothing around it', (hostile) => {
    expectHarmless(clean(hostile));
    expectHarmless(clean(marked.parse(`Before ${hostile} after\n\n${hostile}\n`, { async: false })));
  });

  it('however it is put together', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          ...HOSTILE,
          '<',
          '>',
          '"',
          "'",
          '<!--',
          '-->',
          '&lt;',
          '\n\n',
          '`',
          '[a](',
          '<b',
          '</p>',
          '\u0000',
        ),
        fc.constantFrom(...TAGS).map((tag) => `<${tag} href="x" onclick=y>`),
        fc.string(),
      ),
      { maxLength: 12 },
    );
    fc.assert(fc.property(pieces, (parts) => expectHarmless(clean(marked.parse(parts.join(''), { async: false })))));
  });

  it('keeps what it is for, and links leave the page saying nothing', () => {
    const html = clean(
      marked.parse('## A\n\n- [x] done\n- [ ] [to do](https://a.example "t")\n\n|a|\n|:-:|\n|`b`|\n\n<kbd>j</kbd>\n', {
        async: false,
      }),
    );
    expect(html).toContain('<h2>A</h2>');
    expect(html).toContain('<input checked disabled type="checkbox" aria-label="done" />');
    expect(html).toContain('aria-label="to do"');
    expect(html).toContain(
      '<a href="https://a.example" title="t" rel="noopener noreferrer nofollow" target="_blank">to do</a>',
    );
    expect(html).toContain('<table tabindex="0">');
    expect(html).toContain('<td align="center"><code>b</code></td>');
    expect(html).toContain('<kbd>j</kbd>');
  });
});
