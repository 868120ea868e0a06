import type { PullRequestView } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import { checksWords, inOrder } from './forge-checks.ts';

type Checks = NonNullable<PullRequestView['checks']>;
const of = (verdict: Checks['verdict'], ...checks: [string, Checks['verdict']][]): Checks => ({
  headSha: 'h',
  verdict,
  checks: checks.map(([name, each]) => ({ name, verdict: each, url: null, report: null })),
});
const wordsOf = (checks: Checks | null, headSha = 'h') => checksWords({ checks, headSha });

describe('the checks of a forge', () => {
  it('stand with what failed first, then what runs, as the forge has them', () => {
    const checks = of('failed', ['a', 'passed'], ['b', 'failed'], ['c', 'pending'], ['d', 'failed']);
    expect(inOrder(checks).map(({ name }) => name)).toEqual(['b', 'd', 'c', 'a']);
  });

  it('are summed up, how many of how many', () => {
    expect(wordsOf(of('failed', ['a', 'passed'], ['b', 'failed'], ['c', 'pending']))).toBe('1 of 3 checks failed');
    expect(wordsOf(of('pending', ['a', 'passed'], ['c', 'pending']))).toBe('1 of 2 checks passed');
    expect(wordsOf(of('passed', ['a', 'passed']))).toBe('All checks passed');
    expect(wordsOf(of('passed'))).toBe('No checks run there');
    expect(wordsOf(of('pending'))).toBe('Checks begin');
  });

  it('say nothing of a commit they were not run for', () => {
    expect(wordsOf(of('passed', ['a', 'passed']), 'newer')).toBeNull();
    expect(wordsOf(null)).toBeNull();
  });
});
