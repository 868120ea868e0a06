import type { Standing } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import { concernsOfApproval, concernsOfMerge, isBarred, movedBase, openBase, signsOf } from './standing.ts';

const calm: Standing = {
  check: 'passed',
  exitCode: 0,
  unsentComments: 0,
  openThreads: 0,
  atForge: null,
  judged: null,
  conflicts: [],
  baseSha: 'a',
  handedOverAt: '2026-11-20T10:00:00.000Z',
  draft: false,
};
const base = { headSha: 'a', defaultBranch: 'main', refreshedAt: '2026-11-20T11:00:00.000Z', requireGreen: false };

describe('what stands beside an approve and a merge', () => {
  it.each([
    ['a green check', calm, ['Checks pass']],
    ['a red check', { ...calm, check: 'failed', exitCode: 1 }, ['Checks failed (exit 1)']],
    ['a check that was cut off', { ...calm, check: 'failed', exitCode: null }, ['Checks did not end']],
    ['work nobody checked', { ...calm, check: 'not_run', exitCode: null }, ['No check ran']],
    ['checks of its forge that failed', { ...calm, atForge: 'failed' }, ['Checks pass', 'Pull request: checks failed']],
    ['checks of its forge alone', { ...calm, check: null, atForge: 'pending' }, ['Pull request: checks run']],
    ['a plan', { ...calm, check: null, exitCode: null }, []],
    [
      'conflicts and drafts',
      { ...calm, conflicts: ['a', 'b'], unsentComments: 1 },
      ['Checks pass', 'Conflict in 2 files', '1 comment not sent'],
    ],
  ] as const)('%s', (_name, standing, words) => {
    expect(signsOf({ ...standing, conflicts: [...standing.conflicts] }, null).map((sign) => sign.words)).toEqual(words);
  });

  it('a merge is asked about when it is red or leaves words behind, an approval only for the words', () => {
    expect(concernsOfMerge(calm)).toEqual([]);
    expect(concernsOfMerge({ ...calm, atForge: 'passed' })).toEqual([]);
    const waits = { readiness: 'waits' as const, why: ['The required check "ci" has not passed yet.'] };
    expect(concernsOfMerge({ ...calm, atForge: 'pending', judged: waits })).toEqual([]);
    expect(concernsOfMerge({ ...calm, judged: { readiness: 'behind', why: [] } })).toEqual([
      'its forge does not merge it as it is',
    ]);
    expect(concernsOfMerge({ ...calm, atForge: 'failed' })).toEqual(['checks on the pull request failed']);
    expect(concernsOfMerge({ ...calm, atForge: 'pending' })).toEqual(['checks on the pull request have not ended']);
    const red = { ...calm, check: 'failed' as const, exitCode: 2, unsentComments: 2 };
    expect(concernsOfMerge(red)).toEqual([
      'the check failed with exit code 2',
      '2 comments were not sent to the agent',
    ]);
    expect(concernsOfApproval(red)).toEqual(['2 comments were not sent to the agent']);
    expect(concernsOfApproval({ ...calm, openThreads: 1 })).toEqual(['one thread is not resolved']);
    expect(concernsOfMerge({ ...calm, openThreads: 3 })).toEqual(['3 threads are not resolved']);
    expect(concernsOfApproval(calm, 1)).toEqual(['a text you typed on it was not saved']);
    expect(concernsOfMerge(calm, 2)).toEqual(['2 texts you typed on it were not saved']);
  });

  it('a repository that asks for green bars everything else', () => {
    const strict = { ...base, requireGreen: true };
    expect(isBarred(calm, strict)).toBe(false);
    expect(isBarred({ ...calm, check: 'failed' }, strict)).toBe(true);
    expect(isBarred({ ...calm, check: 'not_run' }, strict)).toBe(true);
    expect(isBarred({ ...calm, check: 'failed' }, base)).toBe(false);
  });

  it('a base that moved is named, where the page can know it', () => {
    expect(movedBase(calm, 'main', base)).toBe(null);
    expect(movedBase(calm, 'main', { ...base, headSha: 'b' })).toBe('main');
    expect(movedBase(calm, 'next', { ...base, headSha: 'b' })).toBe(null);
    const early = { ...base, headSha: 'b', refreshedAt: '2026-11-20T09:00:00.000Z' };
    expect(movedBase(calm, 'main', early)).toBe(null);
    expect(movedBase({ ...calm, baseSha: null }, 'main', { ...base, headSha: 'b' })).toBe(null);
  });

  it('says nothing about the base of work that has ended', () => {
    const moved = { ...base, headSha: 'b' };
    const told = (['in_review', 'completed', 'cancelled', 'failed'] as const).map((state) =>
      movedBase(calm, 'main', openBase(state, moved)),
    );
    expect(told).toEqual(['main', null, null, null]);
  });
});
