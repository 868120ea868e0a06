import { utcTime } from '@claude-codex/contracts/time';
import { expect, it } from 'vitest';
import { inReadersTime, untilDay } from './readers-time.ts';
import { clockTime } from './time.ts';

const END = new Date(2026, 10, 20, 12, 30);
const words = `Waits: the limit ends ${utcTime(END.toISOString())}`;
const DAY = 86_400_000;

it.each([
  ['before it, on the same day', END.getTime() - 60_000, 'Waits: the limit ends 12:30'],
  ['a day before', END.getTime() - DAY, 'Waits: the limit ends 20 Nov 2026, 12:30'],
  ['a year before', END.getTime() - 365 * DAY, 'Waits: the limit ends 20 Nov 2026, 12:30'],
  ['in the moment it ends', END.getTime(), 'Waits: the limit ends any moment now'],
  ['a day after', END.getTime() + DAY, 'Waits: the limit ends any moment now'],
])('a time is read %s', (_when, now, expected) => expect(inReadersTime(words, now)).toBe(expected));

it('only what the server writes as a time is one', () => {
  for (const text of ['', 'ends 99 Foo 2026, 04:52 UTC', 'ends 04:52 UTC', 'Bump node to 3 Nov 2026', 'until noon'])
    expect(inReadersTime(text, 0)).toBe(text);
  const two = `from ${utcTime(END.toISOString())} until ${utcTime(END.toISOString())}`;
  expect(inReadersTime(two, END.getTime())).toBe(`from ${clockTime(END)} until ${clockTime(END)}`);
});

it('a day that has passed is not counted on', () => {
  expect(untilDay(END.toISOString(), END.getTime() - DAY)).toBe('until 20 Nov 2026');
  expect(untilDay(END.toISOString(), END.getTime() + 1)).toBe('not valid any more');
});
