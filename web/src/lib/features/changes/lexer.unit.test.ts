import { describe, expect, test } from 'vitest';
import { languageOf, lexLine } from './lexer.ts';
import { segmentsOf } from './segments.ts';

function lex(path: string, ...lines: string[]): string[][] {
  const language = languageOf(path);
  if (language === null) throw new Error(`no language for ${path}`);
  let open: string | null = null;
  return lines.map((line) => {
    const result = lexLine(line, language, open);
    open = result.open;
    return result.tokens.map((token) => `${token.kind}:${line.slice(token.start, token.end)}`);
  });
}

describe('one line', () => {
  test('keywords, names, strings, numbers, comments', () => {
    expect(lex('a.js', "const at = hourIn(5, 'x'); // why")[0]).toEqual([
      'keyword:const',
      'name:hourIn',
      'number:5',
      "string:'x'",
      'comment:// why',
    ]);
  });
  test('a mark inside a string starts no comment', () => {
    expect(lex('a.ts', 'x = "http://a \\" b"')[0]).toEqual(['string:"http://a \\" b"']);
  });
  test('SQL is written in both cases', () => {
    expect(lex('a.sql', 'SELECT name from t')[0]).toEqual(['keyword:SELECT', 'keyword:from']);
  });
  test('what ends in no known way has no language', () => expect(languageOf('LICENSE')).toBeNull());
});

describe('over several lines', () => {
  test('a block comment goes on until it is closed', () => {
    expect(lex('a.js', '/* one', ' two', 'three */ return')).toEqual([
      ['comment:/* one'],
      ['comment: two'],
      ['comment:three */', 'keyword:return'],
    ]);
  });
  test('so does a template; a plain string does not', () => {
    expect(lex('a.js', '`a', 'b` + c', "'open", 'let x')).toEqual([
      ['string:`a'],
      ['string:b`'],
      ["string:'open"],
      ['keyword:let'],
    ]);
  });
});

test('segments lose no character where colours and changes overlap', () => {
  const text = 'return `Hello, friend `;';
  const segments = segmentsOf(
    text,
    [
      { kind: 'keyword', start: 0, end: 6 },
      { kind: 'string', start: 7, end: 23 },
    ],
    [{ start: 8, end: 13 }],
  );
  expect(segments.map((segment) => segment.text).join('')).toBe(text);
  expect(segments.filter((segment) => segment.changed).map((segment) => segment.text)).toEqual(['Hello']);
  expect(segments.find((segment) => segment.changed)?.kind).toBe('string');
});
