import { describe, expect, it } from 'vitest';
import { fateOfComments, waysToApprove } from './review.ts';

describe('what became of a comment', () => {
  it('is said of all but those the agent got', () => {
    expect(fateOfComments('open')).toMatch(/^Draft/);
    expect(fateOfComments('changes_requested')).toBeNull();
    for (const status of ['approved', 'rejected', 'withdrawn'] as const)
      expect(fateOfComments(status)).toBe('was not sent to the agent');
  });
});

it('offers to merge along in the ways that are allowed, and to approve only in any case', () => {
  const ids = (...methods: Parameters<typeof waysToApprove>[0]) => waysToApprove(methods).map(({ id }) => id);
  expect(ids('merge', 'squash', 'rebase')).toEqual(['merge', 'squash', 'rebase', 'only']);
  expect(ids('squash')).toEqual(['squash', 'only']);
  expect(ids()).toEqual(['only']);
});
