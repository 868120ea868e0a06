import { type Said, saidText } from '../said/index.ts';
import type { PhaseState, TaskFacts } from '../task/index.ts';
import type { PhasePromptInput } from './phase-prompt.ts';
import { reopenedText } from './reopened-text.ts';

/** What the state of a task says to an agent that begins with one of its phases. */
export function promptOf(task: TaskFacts, phase: PhaseState, said: readonly Said[]): PhasePromptInput {
  const { definition, round, reopened } = phase;
  const before = [reopened === null ? '' : reopenedText({ ...reopened, baseBranch: task.baseBranch }), saidText(said)];
  return { task, phase: definition, round: Math.max(round, 1), before };
}
