export interface ResumePromptInput {
  /** In words, for example "the server was restarted". */
  readonly reason: string;
  /** The phase the agent was in, or null when it had handed its work over. */
  readonly phase: { readonly name: string; readonly round: number } | null;
  /** Messages that had not reached the agent. */
  readonly messages: readonly string[];
}

/** First message of a session that goes on after its process was lost. */
export function resumePrompt({ reason, phase, messages }: ResumePromptInput): string {
  const where =
    phase === null
      ? 'Your work had been handed over.'
      : `You were working on the phase "${phase.name}" (round ${phase.round}). Look at what is already there (git status, git log) and go on where you were; do not do finished steps again. A tool call that was cut short has to be made again.`;
  return ['You were interrupted.', `Reason: ${reason}. ${where}`, ...messages].join('\n\n');
}

export interface NudgeInput {
  readonly phase: string;
  readonly deliverables: readonly string[];
}

/** For an agent that ended its turn without handing over. */
export function nudgeText({ phase, deliverables }: NudgeInput): string {
  return `Your turn ended, but the phase "${phase}" is not handed over. If it is finished, commit and call complete_phase with phase "${phase}", a summary and deliverables ${JSON.stringify(deliverables)}. If you need something from a person, use ask_question or request_dependency. Otherwise go on.`;
}
