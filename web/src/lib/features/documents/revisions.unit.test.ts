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

test('revisions: each round, then what is there now, each content once', () => {
  const deliverable = (blobId: string) => ({ path: 'plan.md', blobId, bytes: 1, sha256: blobId });
  const review = (round: number, blobId: string) => ({
    id: `r${round}`,
    taskId: 't',
    instanceId: 'i',
    phase: 'plan',
    round,
    subject: 'documents' as const,
    summary: '',
    deliverables: [deliverable(blobId)],
    changes: null,
    status: 'approved' as const,
    gate: [],
    approvals: [],
    comments: [],
    reviewedFiles: [],
    decisionSummary: null,
    decidedBy: null,
    createdAt: '2026-11-20T10:00:00.000Z',
    decidedAt: null,
  });
  const documents = [{ ...deliverable('edited'), phase: 'plan', revisedBy: 'ada' }];
  expect(revisionsOf({ reviews: [review(1, 'one'), review(2, 'two')], documents }, 'plan.md')).toEqual([
    { blobId: 'one', label: 'Round 1' },
    { blobId: 'two', label: 'Round 2' },
    { blobId: 'edited', label: 'Edited' },
  ]);
});
