import type { NextAction, TaskView } from '@claude-codex/contracts';

/** What a person sees first of a task. */
export function shown({ state, column, nextAction, activity, waitingItems }: TaskView) {
  return { state, column, nextAction, activity, waitingItems };
}

export const act = (kind: NextAction['kind'], targetId: string) => ({ kind, targetId });
