import { type Said, saidText } from '../said/index.ts';
import type { PhaseState, TaskFacts } from '../task/index.ts';
import type { PhasePromptInput } from './phase-prompt.ts';
import { reopenedText } from './reopened-text.ts';

/** What the state of a task says to an agent that begins with one of its phases, in this round of its attempt. */
export function promptOf(
  task: TaskFacts,
  { definition, reopened }: Pick<PhaseState, 'definition' | 'reopened'>,
  { round, said }: { round: number; said: readonly Said[] },
): PhasePromptInput {
  const before = [reopened === null ? '' : reopenedText({ ...reopened, baseBranch: task.baseBranch }), saidText(said)];
  return { task, phase: definition, round: Math.max(round, 1), before };
}
