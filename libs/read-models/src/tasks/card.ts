import { TaskCard, type TaskView } from '@claude-codex/contracts';

/** What of a task its card shows. */
export const CARD_KEYS = Object.keys(TaskCard.shape) as (keyof TaskCard)[];

/** The part of a task that the board shows. */
export function cardOf(view: TaskView): TaskCard {
  const card: Partial<Record<keyof TaskCard, unknown>> = {};
  for (const key of CARD_KEYS) card[key] = view[key];
  return card as TaskCard;
}
