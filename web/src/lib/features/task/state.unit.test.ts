import { InstanceViewState, PhaseStatus, TaskViewState } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import { instanceLook } from './instance.ts';
import { isEnded, phaseLook, type TaskFacts, taskLook } from './state.ts';

const HELD = { cause: 'model_unreachable', detail: 'no answer', since: '2026-11-20T12:00:00.000Z' } as const;
const held = (state: TaskViewState, needsPerson: boolean): TaskFacts => ({ state, held: { ...HELD, needsPerson } });
const partsOf = (task: TaskFacts) => [
  taskLook(task, true),
  ...PhaseStatus.options.map((status) => phaseLook(task, status)),
  ...InstanceViewState.options.map((state) => instanceLook(task, state)),
];

it.each(TaskViewState.options)('phases of a task that is %s say nothing else than the task', (state) => {
  const looks = PhaseStatus.options.map((status) => phaseLook({ state, held: null }, status));
  const works = looks.some(({ tone }) => tone === 'working');
  expect(works).toBe(!isEnded(state) && state !== 'paused' && state !== 'queued');
  if (isEnded(state)) expect(looks.filter(({ tone }) => tone === 'review' || tone === 'needs')).toEqual([]);
});

describe('a task that something holds back', () => {
  it.each(['queued', 'working', 'merging'] as const)('nothing of it looks at work while it is %s', (state) => {
    for (const needsPerson of [true, false])
      expect(partsOf(held(state, needsPerson)).filter(({ tone }) => tone === 'working')).toEqual([]);
  });

  it('says whether somebody is waited for', () => {
    expect(taskLook(held('working', true), true)).toMatchObject({ word: 'Waits for somebody', tone: 'needs' });
    expect(taskLook(held('working', false), true)).toMatchObject({ word: 'Waits', tone: 'quiet' });
    expect(taskLook(held('merging', true), true).word).toBe('Waits for somebody');
    expect(taskLook(held('queued', false), true).word).toBe('Queued');
  });

  it.each(TaskViewState.options.filter((state) => !['queued', 'working', 'merging'].includes(state)))(
    'is not what is said first of a task that is %s',
    (state) => expect(taskLook(held(state, true), true)).toEqual(taskLook({ state, held: null }, true)),
  );
});
