import { describe, expect, it } from 'vitest';
import { begunComments } from './begun-comments.ts';
import { keepDrafts } from './drafts.ts';
import { places } from './places.ts';
import { remembering } from './storage.ts';

describe('comments that were begun', () => {
  it('are found by their review with the lines they belong to, the newest first', () => {
    let now = 0;
    const drafts = keepDrafts(
      remembering(() => {
        throw new DOMException('blocked', 'SecurityError');
      }),
      () => (now += 1),
    );
    const plan = { path: 'PLAN.md', side: 'new', startLine: 5, endLine: 5 } as const;
    const odd = { path: 'src/a:new:1-2', side: 'old', startLine: 3, endLine: 9 } as const;
    drafts.write(places.comment('one', plan), 'Which of them?');
    drafts.write(places.comment('one', odd), 'Why?');
    drafts.write(places.comment('two', plan), 'Of another review.');
    expect(begunComments('one', drafts)).toEqual([odd, plan]);
  });
});
