import { describe, expect, it } from 'vitest';
import { parseControlLine, unescapeOctal } from './control-lines.ts';
import { createOutputFilter } from './filter-output.ts';
import { createWindowKeys } from './window-keys.ts';

describe('control mode', () => {
  it('reads what a pane printed, in any encoding', () => {
    const line = Buffer.concat([
      Buffer.from('%output %3 a\\033[1mb\\134c\\015\\012 '),
      Buffer.from([0xe9]),
      Buffer.from(' é'),
    ]);
    expect(parseControlLine(line, false)).toEqual({
      type: 'output',
      pane: '%3',
      bytes: Buffer.concat([Buffer.from('a\x1b[1mb\\c\r\n '), Buffer.from([0xe9]), Buffer.from(' é')]),
    });
  });

  it('takes lines of a reply for text, whatever they look like', () => {
    expect(parseControlLine(Buffer.from('%output %1 x'), true)).toEqual({
      type: 'text',
      bytes: Buffer.from('%output %1 x'),
    });
    expect(parseControlLine(Buffer.from('%end 1 2 0'), true)).toEqual({ type: 'end' });
    expect(parseControlLine(Buffer.from('%error 1 2 0'), true)).toEqual({ type: 'error' });
  });

  it('leaves a backslash without three digits alone', () => {
    expect(unescapeOctal(Buffer.from('\\9 \\04')).toString()).toBe('\\9 \\04');
  });
});

function filtered(...parts: string[]): string {
  const filter = createOutputFilter();
  return parts.map((part) => filter.pass(Buffer.from(part)).toString()).join('');
}

describe('the output filter', () => {
  it.each([
    ['colours and cursor movement', '\x1b[31mred\x1b[0m\x1b[2;5H\x1b[?1049h\x1b[K\x1b(B\x1b='],
    ['a title and a link to the web', '\x1b]0;work\x07\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\'],
    ['text outside ASCII', 'é â ü 😀'],
  ])('lets %s through', (_what, text) => {
    expect(filtered(text)).toBe(text);
    expect(filtered(...text)).toBe(text);
  });

  it.each([
    ['writing to the clipboard', '\x1b]52;c;aGk=\x07'],
    ['reading the clipboard', '\x1b]52;c;?\x1b\\'],
    ['device attributes', '\x1b[c'],
    ['secondary device attributes', '\x1b[>0c'],
    ['a cursor report', '\x1b[6n'],
    ['a mode question', '\x1b[?2004$p'],
    ['DECRQSS', '\x1bP$qm\x1b\\'],
    ['XTGETTCAP', '\x1bP+q544e\x1b\\'],
    ['a colour question', '\x1b]11;?\x07'],
    ['the window title report', '\x1b[21t'],
    ['a link that runs a script', '\x1b]8;;javascript:alert(1)\x07'],
    ['an escape before the escape', '\x1b\x1b[6n'],
    ['a control character inside', '\x1b[\x076n'],
    ['the one-byte forms', '\u009b6n'.slice(0, 1)],
    ['a title of a megabyte', `\x1b]0;${'x'.repeat(1_000_000)}\x07`],
  ])('takes out %s', (_what, sequence) => {
    expect(filtered(`a${sequence}b`)).toBe('ab');
    expect(filtered('a', ...sequence.slice(0, 64), sequence.slice(64), 'b')).toBe('ab');
  });
});

describe('window keys', () => {
  it('reads the prefix, also when it comes alone', () => {
    const keys = createWindowKeys();
    expect(keys(Buffer.from('ls\x02'))).toEqual([{ bytes: Buffer.from('ls') }]);
    expect(keys(Buffer.from('nx\x02\x02\x021'))).toEqual([
      { command: 'next-window -t agent' },
      { bytes: Buffer.from('x\x02') },
      { command: 'select-window -t agent:1' },
    ]);
  });
});
