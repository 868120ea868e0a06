import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from './allowed-html.ts';
import { plainTags } from './plain-tags.ts';

/** Every `<` begins a tag that is read the same by everybody, with attributes of the list alone. */
function expectPlain(html: string) {
  const tags = [...html.matchAll(/<\/?[a-zA-Z][a-zA-Z0-9-]*((?:\s[^\s"'<>/=]+="[^"<]*")*)>/g)];
  expect(tags.length).toBe(html.split('<').length - 1);
  for (const [, attributes = ''] of tags) {
    for (const [, name = ''] of attributes.matchAll(/\s([^\s="]+)="[^"]*"/g))
      expect(ATTRIBUTES).toContain(name.toLowerCase());
  }
}

describe('tags with nothing but what is allowed', () => {
  it.each([
    ['<p onclick=alert(1)>x</p>', '<p>x</p>'],
    ['<a href="/x" ONCLICK = \'alert("1")\' title=t>x</a>', '<a href="/x" title="t">x</a>'],
    ['<img src=x onerror=alert(1)>', '<img>'],
    ['<br/><hr />', '<br><hr>'],
    ['<details open\nontoggle="a>b">x', '<details>x'],
    ['<p/onclick=alert(1)>x', '&lt;p/onclick=alert(1)>x'],
    ['<img src="a"onerror=alert(1)>', '&lt;img src="a"onerror=alert(1)>'],
    ['<p onclick="alert(1)', '&lt;p onclick="alert(1)'],
    ['a <!-- <b onclick=x> --> b', 'a  b'],
    ['1 < 2 && <b>3</b>', '1 &lt; 2 && <b>3</b>'],
    ["<a title='\"><b onclick=x>'>x</a>", '<a title="&quot;>&lt;b onclick=x>">x</a>'],
  ])('%s', (html, plain) => {
    expect(plainTags(html)).toBe(plain);
    expectPlain(plain);
  });

  it('whatever is put together', () => {
    const part = fc.constantFrom(
      ...[
        '<p',
        '<img src=x',
        ' onclick=alert(1)',
        '/onload=x',
        '"',
        "'",
        '>',
        '<',
        '/>',
        '=',
        '`',
        ' ',
        '\n',
        '<!--',
        '-->',
      ],
      ...['</p>', '<script>', '</script>', '<style>', 'title="', 'href=x', '&quot;', '\u0000', 'é'],
    );
    fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => expectPlain(plainTags(parts.join('')))));
  });

  it('is quick with what is made to be slow', () => {
    const from = performance.now();
    for (const slow of [
      `<a${' '.repeat(50_000)}`,
      `<a${' x'.repeat(50_000)}`,
      '<'.repeat(100_000),
      `<a${' x= '.repeat(30_000)}`,
    ])
      plainTags(slow);
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  it('leaves what Markdown makes as it was', () => {
    const html = marked.parse('- [x] done\n\n|a|\n|:-:|\n|`b`|\n\n3. c [d](https://e.example "f")\n', { async: false });
    const plain = plainTags(html);
    for (const kept of ['<input checked="" disabled="" type="checkbox">', 'align="center"', '<ol start="3">'])
      expect(plain).toContain(kept);
    expect(plain).toContain('<a href="https://e.example" title="f">d</a>');
  });
});
