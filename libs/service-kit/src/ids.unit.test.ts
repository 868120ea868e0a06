import { Id } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import { idFrom, newId } from './ids.ts';

describe('ids', () => {
  it('are valid, different, and sort by time', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => newId(1_700_000_000_000 + index));
    expect(new Set(ids).size).toBe(1_000);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) Id.parse(id);
  });

  it('derive the same id from the same parts only', () => {
    expect(idFrom('event', 1)).toBe(idFrom('event', 1));
    expect(new Set([idFrom('a', 'bc'), idFrom('ab', 'c'), idFrom('abc'), idFrom('1'), idFrom(1)]).size).toBe(5);
    Id.parse(idFrom('event', 1));
  });
});
