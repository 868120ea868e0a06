import { describe, expect, test } from 'vitest';
import { bytes, compact, money, plural, spent } from './number.ts';
import { ago, clock, duration, exact, timeOfDay } from './time.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

describe('numbers', () => {
  test.each([
    [0, '$0.00'],
    [0.001, '<$0.01'],
    [0.005, '$0.01'],
    [12.4, '$12.40'],
    [1234.5, '$1,234.50'],
    [1234567, '$1,234,567.00'],
    [999.999, '$1,000.00'],
  ])('%d dollars read %s', (usd, text) => expect(money(usd)).toBe(text));

  test.each([
    [999, '999'],
    [12_400, '12.4k'],
    [100_000, '100k'],
    [999_949, '1000k'],
    [999_950, '1M'],
    [1_250_000, '1.3M'],
  ])('%d tokens read %s', (count, text) => expect(compact(count)).toBe(text));

  test('of what is not known to have cost anything no cost is said', () => {
    expect([spent(0), spent(0.001), spent(2)]).toEqual([null, '<$0.01', '$2.00']);
  });

  test('bytes are in binary units', () => {
    expect([bytes(640), bytes(1536), bytes(3 * 1024 ** 2)]).toEqual(['640 B', '1.5 KB', '3 MB']);
  });

  test('one is one, nothing is many', () => {
    expect([plural(1, 'file'), plural(0, 'file'), plural(2, 'reply', 'replies')]).toEqual([
      '1 file',
      '0 files',
      '2 replies',
    ]);
  });
});

describe('times', () => {
  test.each([
    [999, '<1 s', '0:00'],
    [4000, '4 s', '0:04'],
    [125_000, '2 min 05 s', '2:05'],
    [11_520_000, '3 h 12 min', '3h 12m'],
    [187_200_000, '2 d 4 h', '2d 4h'],
    [-50, '<1 s', '0:00'],
  ])('%d ms read %s', (ms, long, short) => {
    expect(duration(ms)).toBe(long);
    expect(clock(ms)).toBe(short);
  });

  test.each([
    [2, 'just now'],
    [-30, 'just now'],
    [45, '45 s ago'],
    [600, '10 min ago'],
    [7200, '2 h ago'],
    [200_000, '2 d ago'],
  ])('%d seconds before now is %s', (seconds, text) => expect(ago(before(seconds), NOW)).toBe(text));

  test('a time that is none says so', () => {
    expect(ago('nonsense', NOW)).toBe('at an unknown time');
    expect(exact('nonsense')).toBe('an unknown time');
  });

  test('an exact time is the reader’s own', () => {
    const at = new Date(2026, 10, 3, 4, 2, 11).toISOString();
    expect(exact(at)).toBe('3 Nov 2026, 04:02:11');
    expect(timeOfDay(at)).toBe('04:02:11');
    expect(ago(at, Date.parse(at) + 40 * 86_400_000)).toBe('3 Nov 2026');
  });
});
