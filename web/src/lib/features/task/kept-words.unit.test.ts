import { describe, expect, it } from 'vitest';
import { keepDrafts } from '#lib/drafts/drafts.ts';
import { remembering } from '#lib/drafts/storage.ts';
import { keptWords, typedUnder } from './kept-words.ts';

function drafts() {
  let now = 0;
  // Storage is blocked: what is typed stays in memory, which is all this test needs.
  return keepDrafts(
    remembering(() => {
      throw new Error('blocked');
    }),
    () => (now += 1),
  );
}
const nameOf = (id: string | null) => (id === 'ada' ? 'Ada' : 'nobody');
const review = (status: string) => ({ id: 'r1', round: 2, status, decidedBy: status === 'open' ? null : 'ada' });
const task = (parts: object) =>
  ({ id: 't1', state: 'coding', reviews: [], questions: [], dependencies: [], ...parts }) as never;

describe('words that their place no longer takes', () => {
  it('are shown with who decided what, whatever they were for', () => {
    const kept = drafts();
    kept.write('decision:r1', 'rather not');
    kept.write('comment:r1:a.ts:new:3-4', 'a line');
    kept.write('document:r1:PLAN.md', '# Plan');
    kept.write('edit:r1:c1', 'a line, better');
    kept.write('comment:r2:a.ts:new:1-1', 'of another review');
    expect(keptWords(task({ reviews: [review('open')] }), kept, nameOf)).toEqual([]);
    const shown = keptWords(task({ reviews: [review('approved')] }), kept, nameOf);
    expect(shown.map(({ text }) => text)).toEqual(['rather not', 'a line', 'a line, better', '# Plan']);
    expect(new Set(shown.map(({ why }) => why))).toEqual(new Set(['The review (round 2) was approved by Ada.']));
  });

  it.each([
    ['changes_requested', 'Changes were requested by Ada in the review (round 2).'],
    ['rejected', 'The review (round 2) was rejected by Ada.'],
    ['withdrawn', 'The review (round 2) was withdrawn by Ada.'],
  ])('say in a sentence that a review was %s', (status, why) => {
    const kept = drafts();
    kept.write('decision:r1', 'rather not');
    expect(keptWords(task({ reviews: [review(status)] }), kept, nameOf).map((words) => words.why)).toEqual([why]);
  });

  it('for the task itself are those about a merge that is over and a message nobody reads', () => {
    const kept = drafts();
    kept.write('back:t1', 'rather blue');
    kept.write('message:t1', 'one more thing');
    const shown = (state: string) => keptWords(task({ state }), kept, nameOf).map(({ text }) => text);
    expect(shown('merge_failed')).toEqual([]);
    expect(shown('coding')).toEqual(['rather blue']);
    expect(shown('completed')).toEqual(['rather blue', 'one more thing']);
  });

  it('are counted for the place somebody is about to leave', () => {
    const kept = drafts();
    for (const place of ['comment:r1:a', 'document:r1:b', 'comment:r2:c']) kept.write(place, 'words');
    expect(typedUnder(['comment:r1:', 'document:r1:'], kept)).toBe(2);
  });

  it('for a question name who answered, or that nobody did', () => {
    const kept = drafts();
    kept.write('answer:q1', 'the left one');
    const question = (facts: object) => task({ questions: [{ id: 'q1', question: 'Which?', ...facts }] });
    expect(keptWords(question({ status: 'open', answeredBy: null }), kept, nameOf)).toEqual([]);
    expect(keptWords(question({ status: 'answered', answeredBy: 'ada' }), kept, nameOf)[0]?.why).toBe(
      'Ada answered: “Which?”',
    );
    expect(keptWords(question({ status: 'answered', answeredBy: null }), kept, nameOf)[0]?.why).toContain('default');
    expect(keptWords(question({ status: 'withdrawn', answeredBy: null }), kept, nameOf)[0]?.why).toContain('withdrawn');
  });
});
