import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePaths, isPath, pathFromBytes, pathsFromBytes, pathToBytes, textFromBytes } from './git-path.ts';

const bytesOf = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));

describe('a path', () => {
  it.each([
    [bytesOf('src/a.ts'), 'src/a.ts'],
    [bytesOf('grüße/😀.txt'), 'grüße/😀.txt'],
    [bytesOf(' lead.txt'), ' lead.txt'],
    [bytesOf('trail \t'), 'trail \t'],
    [bytesOf('\ufeffbom'), '\ufeffbom'],
    [bytesOf('a\\b'), 'a\\b'],
    [bytesOf('caf', 0xe9, '.txt'), 'caf\\xE9.txt'],
    [bytesOf('caf', 0xe8, '.txt'), 'caf\\xE8.txt'],
    [bytesOf('caf\\xE9.txt'), 'caf\\x5CxE9.txt'],
    [bytesOf('caf\\x5CxE9.txt'), 'caf\\x5Cx5CxE9.txt'],
    [bytesOf(0xed, 0xa0, 0x80), '\\xED\\xA0\\x80'],
    [bytesOf(0xc0, 0xaf), '\\xC0\\xAF'],
    [bytesOf(0xf0, 0x9f, 0x98), '\\xF0\\x9F\\x98'],
    [bytesOf('\\', 0xff), '\\\\xFF'],
  ])('%j is %j', (bytes, path) => {
    expect(pathFromBytes(bytes)).toBe(path);
    expect(Buffer.from(pathToBytes(path))).toEqual(bytes);
    expect(isPath(path)).toBe(true);
  });

  // Bytes near the edges of UTF-8, and backslashes that look like escapes.
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('\\', '\\x', '\\x5', '\\x5C', '\\xE9', 'x5C', 'é', '😀', ' ', '/', '\ud83d')
      .map((text) => Buffer.from(text)),
    fc.constantFrom(0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xa0, 0x9f, 0x80).map((byte) => Buffer.of(byte)),
  );
  const anyText = fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.constantFrom(0x5c, 0x78, 0x39, 0x45)), { maxLength: 12 })
    .map((codes) => String.fromCodePoint(...codes));
  const anyBytes = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces));

  it('names its bytes and no others, whatever they are', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(Buffer.from(pathToBytes(pathFromBytes(bytes)))).toEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is one text for the same bytes: what it names is named by nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(isPath(text));
        expect(pathFromBytes(pathToBytes(text))).toBe(text);
      }),
    );
    expect(['\\x41', '', 'a\0b', '\ud800'].map(isPath)).toEqual([false, false, false, false]);
  });

  it('that is plain UTF-8 without an escape stays as it was stored', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => text.isWellFormed()),
        (text) => {
          fc.pre(!/\\x[0-9A-F]{2}/.test(text));
          expect(pathFromBytes(Buffer.from(text))).toBe(text);
        },
      ),
    );
  });

  it('is text that a store takes: no half of a surrogate pair', () => {
    fc.assert(fc.property(anyBytes, (bytes) => pathFromBytes(bytes).isWellFormed()));
  });
});

it('a list of git is paths, none of them two names for one', () => {
  const list = bytesOf('a', 0, 'caf', 0xe9, 0, 'caf', 0xe8, 0, ' b ', 0);
  expect(pathsFromBytes(list)).toEqual(['a', 'caf\\xE9', 'caf\\xE8', ' b ']);
  expect(pathsFromBytes(bytesOf())).toEqual([]);
});

it('content keeps what is no UTF-8 apart', () => {
  expect(textFromBytes(bytesOf('caf', 0xe9))).toBe('caf\udce9');
  expect(textFromBytes(bytesOf('caf', 0xe8))).not.toBe(textFromBytes(bytesOf('caf', 0xe9)));
  expect(textFromBytes(bytesOf('\\xE9 é'))).toBe('\\xE9 é');
});

it('folders come before files, then names by their code units', () => {
  const paths = ['README.md', 'src/b.js', 'src/deep/a.js', 'a', 'src/deep', 'Z/x', 'src/deep.js'];
  expect(paths.toSorted(comparePaths)).toEqual([
    'Z/x',
    'src/deep/a.js',
    'src/b.js',
    'src/deep',
    'src/deep.js',
    'README.md',
    'a',
  ]);
});
