import type { InstanceEvent, TaskEvent } from '@claude-codex/contracts/events';
import { describe, expect, it } from 'vitest';
import { evolveInstance, initialInstance, type KnownInstance } from '../instance/index.ts';
import { CODER, created, PLANNER, phaseStarted, queued, started } from '../spec/samples.ts';
import { attemptsUnderWay, currentPhase, evolveTask, initialTask } from '../task/index.ts';
import { type AttemptFacts, nextStep, type StepFacts, whyStuck } from './index.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const MINUTE_MS = 60_000;

function taskAfter(...events: TaskEvent[]): StepFacts['task'] {
  const task = events.reduce(evolveTask, initialTask);
  if (task.status === 'none') throw new Error('there is no task');
  return task;
}

const planning = taskAfter(created, queued, phaseStarted('plan', 'planning', PLANNER), started);

function agentAfter(...events: InstanceEvent[]): KnownInstance {
  const first: InstanceEvent = {
    type: 'InstanceQueued',
    data: {
      ...{ name: 'planning-1-a1', taskId: CODER, repositoryId: CODER, kind: 'planning', phase: 'plan', attempt: 1 },
      ...{ branch: 'codex/1', baseBranch: 'main', model: null },
    },
  };
  const instance = [first, ...events].reduce(evolveInstance, initialInstance);
  if (instance.status === 'none') throw new Error('there is no instance');
  return instance;
}

const running = agentAfter(
  { type: 'InstanceStarting', data: { epoch: 1, managerId: 'm', runtime: 'process', resumeSessionId: null } },
  { type: 'InstanceStarted', data: { epoch: 1, handle: 'h', baseSha: 'a' } },
);
const lost = evolveInstance(running, { type: 'InstanceLost', data: { epoch: 1, reason: '', cause: 'agent_ended' } });

type Changes = Partial<Pick<StepFacts, 'task' | 'heldBack'>> & Partial<AttemptFacts>;

/** Of a task with one attempt under way at its phase, unless it is not that far. */
function factsOf({ task = planning, heldBack = null, ...changes }: Changes): StepFacts {
  const phase = currentPhase(task);
  const attempts = (phase === null ? [] : attemptsUnderWay(phase)).map((attempt) => ({
    attempt,
    ...{ instance: running, questions: [], dependencies: [], review: 'none' as const, restartAt: null, sign: null },
    ...changes,
  }));
  return { task, heldBack, attempts, pullRequest: 'none', movedAt: NOW };
}

const stuckAfter = (minutes: number, changes: Changes) =>
  whyStuck(nextStep(factsOf(changes)), NOW + minutes * MINUTE_MS);

describe('the next step of a task', () => {
  it('is a person’s as long as that person takes', () => {
    expect(nextStep(factsOf({ task: taskAfter(created) }))).toMatchObject({ kind: 'waiting', on: 'a person' });
    expect(stuckAfter(100_000, { task: taskAfter(created) })).toBeNull();
  });

  it('is that of what is away, by name', () => {
    const heldBack = { cause: 'egress_away', detail: 'egress does not answer.' };
    expect(nextStep(factsOf({ heldBack }))).toMatchObject({ kind: 'waiting', on: 'egress_away' });
    expect(stuckAfter(100, { heldBack })).toBeNull();
  });

  it('is one of ours, which is done within two minutes', () => {
    const queuedUp = { task: taskAfter(created, queued), instance: null };
    expect(nextStep(factsOf(queuedUp))).toMatchObject({ kind: 'waiting', on: 'task-flow' });
    expect(stuckAfter(2, queuedUp)).toBeNull();
    expect(stuckAfter(3, queuedUp)).toBe('It waits for the task-flow, which starts the phase plan, for 3 min.');
    expect(stuckAfter(3, { instance: agentAfter() })).toContain('agent-manager');
  });

  it('is work, while somebody hears of it', () => {
    const sign = { at: NOW, busy: true, concludes: false };
    expect(nextStep(factsOf({ sign }))).toEqual({ kind: 'working', since: NOW, lastSign: NOW });
    expect(stuckAfter(2, { sign })).toBeNull();
    expect(stuckAfter(3, { sign })).toBe('The agent was last heard of 3 min ago.');
    expect(stuckAfter(3, { sign: { ...sign, busy: false, concludes: true } })).toContain('last heard of');
  });

  it('is named for a lost agent', () => {
    if (lost.status === 'none') throw new Error('it is lost');
    expect(nextStep(factsOf({ instance: lost, restartAt: NOW + 500 }))).toMatchObject({ kind: 'scheduled' });
    expect(stuckAfter(3, { instance: lost, restartAt: NOW + 500 })).toContain('was due');
    expect(stuckAfter(0, { instance: lost })).toBe('its agent is gone and nobody starts it again.');
  });

  it('is missing when a turn is over and nothing was made of it', () => {
    const sign = { at: NOW, busy: false, concludes: false };
    expect(nextStep(factsOf({ sign }))).toEqual({ kind: 'none', why: 'its turn is over, and nothing was made of it' });
  });
});
