import { isOf, type RecordedDomainEvent } from '@claude-codex/contracts/events';
import type { StreamCategory } from '@claude-codex/contracts/ids';

/** How the streams of a category stand to a task. */
interface OfTask {
  /** Which of a stream's events say whose it is: each, or only the first, so that it has to be remembered. */
  readonly named: 'each' | 'first';
  /** Whether its task comes along by its events. What is said or noted of the work leaves that where it is. */
  readonly moves: boolean;
}

/** Null for what is no task's. A new category does not compile without an answer. */
export const TASK_STREAMS = {
  workspace: null,
  counter: null,
  repository: null,
  task: { named: 'each', moves: true },
  instance: { named: 'first', moves: true },
  question: { named: 'first', moves: true },
  dependency: { named: 'first', moves: true },
  review: { named: 'first', moves: true },
  thread: { named: 'each', moves: false },
  proposal: { named: 'each', moves: false },
  pullrequest: { named: 'first', moves: true },
  usage: { named: 'each', moves: false },
  tools: { named: 'each', moves: false },
  service: null,
  forge: null,
  command: null,
} as const satisfies Readonly<Record<StreamCategory, OfTask | null>>;

/** Categories whose streams are a task's. */
export type TaskCategory = {
  [Category in StreamCategory]: (typeof TASK_STREAMS)[Category] extends null ? never : Category;
}[StreamCategory];

export const TASK_CATEGORIES = (Object.keys(TASK_STREAMS) as StreamCategory[]).filter(
  (category): category is TaskCategory => TASK_STREAMS[category] !== null,
);

const MOVING = TASK_CATEGORIES.filter((category) => TASK_STREAMS[category].moves);

/** Whether the task of an event came along by it. That a thread was begun at its forge is said by anybody. */
export function movesTask(event: RecordedDomainEvent): boolean {
  if (event.type === 'ReviewThreadBegun') return false;
  return MOVING.some((category) => isOf(category, event));
}
