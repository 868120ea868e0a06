import type { AttemptView, PhaseView, ReviewView, TaskView } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { roundToShow } from './round-to-show.ts';

const review = (id: string, instanceId: string, round = 1, subject: ReviewView['subject'] = 'changes') =>
  ({ id, instanceId, round, subject, phase: 'develop', status: 'open' }) as ReviewView;
const attempt = (instanceId: string) => ({ instanceId, status: 'in_review' }) as AttemptView;

/** A task whose phase so many agents try, with these reviews; the oldest open one is what it asks for next. */
function taskOf(reviews: ReviewView[], { wanted = 3, chosen = null as string | null } = {}) {
  const attempts = ['ada', 'bob', 'eve'].slice(0, wanted).map(attempt);
  const phaseDetails = [{ name: 'develop', attemptsWanted: wanted, attempts, chosen } as PhaseView];
  const nextAction: TaskView['nextAction'] = { kind: 'review', targetId: reviews[0]?.id ?? '' };
  return { reviews, phaseDetails, nextAction };
}
const shown = (task: ReturnType<typeof taskOf>, reading: string | null = null, chosen: string | null = null) =>
  roundToShow(task, { chosen, reading })?.id;

describe('the work that the changes of a task show', () => {
  const three = [review('a1', 'ada'), review('b1', 'bob'), review('e1', 'eve')];

  test('is what its next action names, not what was handed over last', () => {
    expect(shown(taskOf(three))).toBe('a1');
    expect(shown(taskOf(three), null, 'b1')).toBe('b1');
  });

  test('stays that of the agent whose work is being read when another one hands over', () => {
    expect(shown(taskOf(three.slice(0, 2)), 'bob')).toBe('b1');
    expect(shown(taskOf(three), 'bob')).toBe('b1');
    expect(shown(taskOf([...three, review('b2', 'bob', 2), review('e2', 'eve', 2)]), 'bob')).toBe('b2');
    expect(shown(taskOf(three, { chosen: 'ada' }), 'bob')).toBe('b1');
  });

  test('is what was kept', () => {
    expect(shown(taskOf(three, { chosen: 'eve' }))).toBe('e1');
  });

  test('of one agent is its newest', () => {
    const alone = { wanted: 1 };
    const rounds = [review('p', 'ada', 1, 'documents'), review('a1', 'ada'), review('a2', 'ada', 2)];
    expect(shown(taskOf(rounds, alone), 'ada')).toBe('a2');
    expect(shown(taskOf([...rounds, review('z3', 'zoe', 3)], alone), 'ada')).toBe('z3');
    expect(shown(taskOf(rounds, alone), null, 'a1')).toBe('a1');
    expect(shown(taskOf([], alone))).toBeUndefined();
  });
});
