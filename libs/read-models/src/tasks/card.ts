import { TaskCard, type TaskView } from '@claude-codex/contracts';

const KEYS = Object.keys(TaskCard.shape) as (keyof TaskCard)[];

/** The part of a task that the board shows. */
export function cardOf(view: TaskView): TaskCard {
  return Object.fromEntries(KEYS.map((key) => [key, view[key]])) as TaskCard;
}
