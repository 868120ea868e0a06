import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffTexts, revisionsOf } from './revisions.ts';

describe('differences of two texts', () => {
  const kinds = (before: string, after: string) =>
    diffTexts('a.md', before, after)
      .hunks.flatMap((hunk) => hunk.lines)
      .map((line) => `${line.kind[0]}${line.text}`);

  test('a changed line in the middle', () => {
    expect(kinds('a\nb\nc', 'a\nx\nc')).toEqual(['ca', 'rb', 'ax', 'cc']);
  });

  test('both sides can be put together again, with rising line numbers', () => {
    const line = fc.constantFrom('a', 'b', 'c', '');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.array(line, { minLength: 1, maxLength: 12 }),
        (a, b) => {
          const lines = diffTexts('x', a.join('\n'), b.join('\n')).hunks.flatMap((hunk) => hunk.lines);
          expect(lines.filter((l) => l.kind !== 'added').map((l) => l.text)).toEqual(a);
          expect(lines.filter((l) => l.kind !== 'removed').map((l) => l.text)).toEqual(b);
          expect(lines.flatMap((l) => l.oldLine ?? [])).toEqual(a.map((_, n) => n + 1));
          expect(lines.flatMap((l) => l.newLine ?? [])).toEqual(b.map((_, n) => n + 1));
        },
      ),
    );
  });
});

describe('revisions', () => {
  const deliverable = (blobId: string) => ({ path: 'plan.md', blobId, bytes: 1, sha256: blobId });
  const review = (round: number, blobId: string, replaced: readonly (readonly [string, string])[] = []) => ({
    round,
    deliverables: [deliverable(blobId)],
    replaced: replaced.map(([was, replacedBy]) => ({ ...deliverable(was), replacedBy })),
  });
  const document = (blobId: string) => [{ ...deliverable(blobId), phase: 'plan', revisedBy: null }];
  const named = (id: string) => id.toUpperCase();

  test('are what each round handed over', () => {
    const task = { reviews: [review(1, 'one'), review(2, 'two')], documents: document('two') };
    expect(revisionsOf(task, 'plan.md', named)).toEqual([
      { blobId: 'one', label: 'Round 1' },
      { blobId: 'two', label: 'Round 2' },
    ]);
  });

  test('keep what people put in place of the agent’s text and of each other’s', () => {
    const second = review(2, 'bobs', [
      ['two', 'ada'],
      ['adas', 'bob'],
    ]);
    const task = { reviews: [review(1, 'one'), second], documents: document('bobs') };
    expect(revisionsOf(task, 'plan.md', named)).toEqual([
      { blobId: 'one', label: 'Round 1' },
      { blobId: 'two', label: 'Round 2' },
      { blobId: 'adas', label: 'Round 2, edited by ADA' },
      { blobId: 'bobs', label: 'Round 2, edited by BOB' },
    ]);
  });

  test('name a text that comes back where it came last', () => {
    const task = { reviews: [review(1, 'one'), review(2, 'one', [['two', 'ada']])], documents: document('one') };
    expect(revisionsOf(task, 'plan.md', named)).toEqual([
      { blobId: 'two', label: 'Round 2' },
      { blobId: 'one', label: 'Round 2, edited by ADA' },
    ]);
  });
});
