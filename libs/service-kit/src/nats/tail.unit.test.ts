import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTail } from './tail.ts';

const at = (position: number) => ({ position }) as RecordedDomainEvent;

it('gives what follows a position without a gap, or says that it does not hold it', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(100),
      fc.nat(1_200),
      fc.integer({ min: 1, max: 50 }),
      (from, size, count, asked, limit) => {
        const tail = createTail(from, size);
        for (let n = 1; n <= count; n += 1) tail.add(at(from + n));
        expect(tail.last).toBe(from + count);
        const found = tail.after(asked, limit);
        if (found === null) {
          const held = Math.min(count, Math.ceil(size / 2));
          expect(asked >= tail.last || asked < tail.last - held).toBe(true);
          return;
        }
        const wanted = Array.from({ length: Math.min(limit, tail.last - asked) }, (_, index) => asked + 1 + index);
        expect(found.map(({ position }) => position)).toEqual(wanted);
      },
    ),
  );
});

it('takes no event but the next', () => {
  const tail = createTail(7, 10);
  expect(() => tail.add(at(7))).toThrow('position 8 was expected, 7 came');
  expect(() => tail.add(at(9))).toThrow('position 8 was expected, 9 came');
  tail.add(at(8));
  expect(tail.after(7, 10)).toEqual([at(8)]);
});
