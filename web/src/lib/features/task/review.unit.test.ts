import { describe, expect, it } from 'vitest';
import { fateOfComments } from './review.ts';

describe('what became of a comment', () => {
  it('is said of all but those the agent got', () => {
    expect(fateOfComments('open')).toMatch(/^Draft/);
    expect(fateOfComments('changes_requested')).toBeNull();
    for (const status of ['approved', 'rejected', 'withdrawn'] as const)
      expect(fateOfComments(status)).toBe('was not sent to the agent');
  });
});
