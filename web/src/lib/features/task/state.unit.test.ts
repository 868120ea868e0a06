import { PhaseStatus, TaskState } from '@claude-codex/contracts';
import { expect, it } from 'vitest';
import { isEnded, phaseLook } from './state.ts';

it.each(TaskState.options)('phases of a task that is %s say nothing else than the task', (state) => {
  const looks = PhaseStatus.options.map((status) => phaseLook(state, status));
  const works = looks.some(({ tone }) => tone === 'working');
  expect(works).toBe(!isEnded(state) && state !== 'paused' && state !== 'queued');
  if (isEnded(state)) expect(looks.filter(({ tone }) => tone === 'review' || tone === 'needs')).toEqual([]);
});
