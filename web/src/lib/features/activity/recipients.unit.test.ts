import type { AttemptView, InstanceView, PhaseView } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { ALL, recipientsOf } from './recipients.ts';

const instance = (id: string, endedAt: string | null = null) => ({ id, name: id, endedAt }) as InstanceView;
const attempt = (instanceId: string, status: AttemptView['status']) => ({ instanceId, status }) as AttemptView;

/** Agents `a` (has ended its planning), `b` and `c`, of which `c` leads the phase. */
function task(...attempts: AttemptView[]) {
  const phase = { name: 'develop', instanceId: 'c', attempts } as unknown as PhaseView;
  const instances = [instance('a', '2026-01-01T00:00:00.000Z'), instance('b'), instance('c')];
  return { phaseDetails: [phase], currentPhase: 'develop', instances };
}
const said = (chosen: string | null, ...attempts: AttemptView[]) => {
  const { agents, to, hears } = recipientsOf(task(...attempts), chosen);
  return { agents: agents.map(({ id }) => id).join(''), to, hears: hears.map(({ id }) => id).join('') };
};

describe('a message', () => {
  const two = [attempt('b', 'running'), attempt('c', 'in_review')];

  test('goes to the only agent, and nobody is asked', () => {
    expect(said(null, attempt('c', 'running'))).toEqual({ agents: 'c', to: undefined, hears: 'c' });
    expect(said('b', attempt('b', 'set_aside'), attempt('c', 'running'))).toMatchObject({ to: undefined, hears: 'c' });
  });

  test('goes to the agent that leads, to another one or to all, as somebody chose', () => {
    expect(said(null, ...two)).toEqual({ agents: 'cb', to: 'c', hears: 'c' });
    expect(said('b', ...two)).toEqual({ agents: 'cb', to: 'b', hears: 'b' });
    expect(said(ALL, ...two)).toEqual({ agents: 'cb', to: 'all', hears: 'cb' });
  });

  test('is not for one that is not at work any more', () => {
    expect(said('a', ...two)).toMatchObject({ agents: 'cb', to: 'c' });
  });

  test('of a phase of an earlier release goes to its agent', () => {
    const { phaseDetails, ...rest } = task();
    const [phase] = phaseDetails;
    const earlier = { ...phase, attempts: undefined } as unknown as PhaseView;
    expect(recipientsOf({ ...rest, phaseDetails: [earlier] }, null).hears.map(({ id }) => id)).toEqual(['c']);
  });
});
