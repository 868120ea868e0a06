import { EVENTS_IN } from '@claude-codex/contracts/events';
import { expect, it } from 'vitest';
import { TASK_CATEGORIES, TASK_STREAMS, type TaskCategory } from './task-streams.ts';

/** The types of a category whose events do not say whose they are. */
function unnamed(category: TaskCategory): string[] {
  const schemas = Object.entries<{ readonly shape: object }>(EVENTS_IN[category]);
  return schemas.flatMap(([type, { shape }]) => ('taskId' in shape ? [] : [type]));
}

it.each(TASK_CATEGORIES.filter((category) => category !== 'task'))(
  '%s streams name their task as is said',
  (category) => {
    const { named } = TASK_STREAMS[category];
    expect(unnamed(category).length > 0 ? 'first' : 'each').toBe(named);
  },
);
