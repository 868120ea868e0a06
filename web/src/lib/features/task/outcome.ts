import type { TaskView } from '@claude-codex/contracts';

export interface Outcome {
  readonly heading: string;
  readonly words: string;
  /** Something went wrong, and nobody wanted it so. */
  readonly alarm: boolean;
}

/** What stands behind a code that a person's decision left. */
const DECIDED: Readonly<Record<string, string>> = {
  TASK_CANCELLED: 'It was cancelled',
  REVIEW_REJECTED: 'It was rejected',
};

/** Why a task does not go on; null while nothing is known to stand in its way. Codes are for the list of events. */
export function outcomeOf({ problem, state }: Pick<TaskView, 'problem' | 'state'>): Outcome | null {
  if (problem === null) return null;
  const decided = DECIDED[problem.code];
  if (decided !== undefined) return { heading: decided, words: problem.detail, alarm: false };
  // It had stopped by itself before somebody gave it up.
  if (state === 'cancelled')
    return { heading: 'It was cancelled after it stopped', words: problem.detail, alarm: false };
  const words = problem.detail || 'Nothing more is known. Its events and the log of the server may say more.';
  return { heading: 'It stopped', words, alarm: true };
}
