import type { PhaseState, TaskFacts } from '../task/index.ts';
import type { PhasePromptInput } from './phase-prompt.ts';
import { reopenedText } from './reopened-text.ts';

/** What the state of a task says to an agent that begins with one of its phases. */
export function promptOf(task: TaskFacts, phase: PhaseState): PhasePromptInput {
  const { definition, round, reopened, rejected } = phase;
  const before = [
    reopened === null ? '' : reopenedText({ ...reopened, baseBranch: task.baseBranch }),
    rejected === null ? '' : `An earlier attempt at this phase was rejected by a person, who said:\n${rejected.trim()}`,
  ];
  return { task, phase: definition, round: Math.max(round, 1), before };
}
