import type { AttemptStatus, AttemptView, InstanceView, PhaseView, ReviewView } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { attemptLook, exhaustedIn, isToKeep, phaseOfSeveral, whyAside } from './attempts.ts';

const WORKING = { state: 'working', held: null } as const;

const attempt = (instanceId: string, status: AttemptStatus): AttemptView => ({
  ...{ instanceId, number: 1, status, round: 2, roundLimit: 3, reviewId: null, headSha: null },
  ...{ evidence: null, check: null },
});
const phase = (attempts: AttemptView[], attemptsWanted = 2): PhaseView => ({
  ...{ name: 'develop', title: 'Develop', kind: 'coding', gate: 'person', gateRules: [], attemptsWanted, maxRounds: 3 },
  ...{
    attempts,
    chosen: null,
    status: 'running',
    round: 1,
    roundLimit: 3,
    instanceId: 'a',
    reviewId: null,
    summary: null,
  },
  ...{ startedAt: null, endedAt: null },
});

describe('attempts at a phase', () => {
  test('are listed where several agents try it', () => {
    const several = phase([attempt('a', 'running'), attempt('b', 'in_review')]);
    expect(phaseOfSeveral({ phaseDetails: [several] })).toBe(several);
    expect(phaseOfSeveral({ phaseDetails: [phase([attempt('a', 'running')], 1)] })).toBeUndefined();
    const { attempts: _attempts, attemptsWanted: _wanted, ...earlier } = phase([], 1);
    expect(phaseOfSeveral({ phaseDetails: [earlier as PhaseView] })).toBeUndefined();
  });

  test('that came to nothing say why, those that made way for another do not', () => {
    const failed = { id: 'a', problem: { code: 'X', detail: 'API Error: 400' } } as InstanceView;
    const stopped = { id: 'b', problem: null } as InstanceView;
    const review = (status: ReviewView['status'], decisionSummary: string | null) =>
      ({ id: 'r', status, decisionSummary }) as ReviewView;
    const why = (instanceId: string, status: AttemptStatus, reviews: ReviewView[] = []) =>
      whyAside({ instances: [failed, stopped], reviews }, { ...attempt(instanceId, status), reviewId: 'r' });
    expect(why('a', 'set_aside')).toBe('API Error: 400');
    expect(why('a', 'running')).toBeNull();
    expect(why('b', 'set_aside', [review('rejected', 'Too slow.')])).toBe('It was rejected: Too slow.');
    expect(why('b', 'set_aside', [review('rejected', '')])).toBe('It was rejected');
    expect(why('b', 'set_aside', [review('withdrawn', 'Other work was kept.')])).toBeNull();
  });

  test('can be kept once they were handed over, until one was kept or the task ended', () => {
    const open = phase([]);
    expect(isToKeep(WORKING, open, attempt('a', 'in_review'))).toBe(true);
    expect(isToKeep(WORKING, open, attempt('a', 'running'))).toBe(false);
    expect(isToKeep(WORKING, { ...open, chosen: 'b' }, attempt('a', 'in_review'))).toBe(false);
    expect(isToKeep({ ...WORKING, state: 'cancelled' }, open, attempt('a', 'in_review'))).toBe(false);
  });

  test('say what became of them, and no more than their task does', () => {
    expect(attemptLook(WORKING, 'set_aside').word).toBe('set aside');
    expect(attemptLook(WORKING, 'in_review').word).toBe('in review');
    expect(attemptLook({ ...WORKING, state: 'paused' }, 'running').word).toBe('paused');
  });

  test('whose rounds are used up are named one by one', () => {
    expect(exhaustedIn(phase([attempt('a', 'running'), attempt('b', 'exhausted')]))).toMatchObject([
      { instanceId: 'b', round: 2 },
    ]);
    const { attempts: _attempts, ...earlier } = { ...phase([], 1), status: 'exhausted' as const };
    expect(exhaustedIn(earlier as PhaseView)).toEqual([{ instanceId: 'a', round: 1 }]);
  });
});
