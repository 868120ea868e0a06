import type { EventData } from '@claude-codex/contracts/events';

export interface ReopenedInput extends Pick<EventData<'PhaseReopened'>, 'reason' | 'detail' | 'conflicts'> {
  readonly baseBranch: string;
}

/** Why approved work is taken up again, and what to do about it, as the agent reads it. Empty when there is nothing to say. */
export function reopenedText({ reason, detail, conflicts, baseBranch }: ReopenedInput): string {
  const sections = [...INSTRUCTIONS[reason](baseBranch, conflicts), detail.trim()];
  return sections.filter((section) => section !== '').join('\n\n');
}

const INSTRUCTIONS: Record<ReopenedInput['reason'], (base: string, conflicts: readonly string[]) => string[]> = {
  conflict: (base, conflicts) => [
    `This work was approved, but ${base} has changed in the same places, so it cannot be merged. In conflict:`,
    conflicts.map((path) => `- ${path}`).join('\n'),
    `Your branch holds the approved work; \`source/${base}\` is ${base} as it is now. Run \`git merge source/${base}\`, ` +
      'resolve every conflict so that both sides keep their meaning, run the checks and commit the merge. Change nothing else.',
  ],
  check: () => [
    'This work was approved, but its check did not pass, and it cannot be merged like that. Run the check and put right what fails.',
  ],
  person: () => ['This work was approved, but a person wants it otherwise after all. What they say:'],
  forge: () => [
    'This work was approved and stands as a pull request. It cannot stay as it is: put right what is at fault below, and change nothing else.',
  ],
  retry: () => [],
};
