import type { PhaseDefinition } from '@claude-codex/contracts/task/workflow';
import { stopsForPerson } from '../task/gate.ts';

export interface PhasePromptInput {
  readonly task: { readonly number: number; readonly title: string; readonly description: string };
  readonly phase: Pick<
    PhaseDefinition,
    'name' | 'title' | 'instructions' | 'deliverables' | 'gate' | 'requiresChanges'
  >;
  readonly round: number;
  /** What happened before that this agent has to know: its work was reopened, and what people said. */
  readonly before?: readonly string[];
}

/**
 * The message that sets an agent to work on a phase. Its first two lines are a fixed form (`Phase: … (round n)`,
 * `Task #n: …`): people find their way in a transcript by them, and so does the scripted model of the demo.
 */
export function phasePrompt({ task, phase, round, before = [] }: PhasePromptInput): string {
  const sections = [
    `Phase: ${oneLine(phase.name)} (round ${round})\nTask #${task.number}: ${oneLine(task.title)}`,
    task.description.trim(),
    ...before,
    phase.instructions.trim() === ''
      ? ''
      : `What to do in this phase (${oneLine(phase.title)}):\n${phase.instructions.trim()}`,
    `Deliverables: ${deliverablesOf(phase)}`,
    howToFinish(phase),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function deliverablesOf(phase: PhasePromptInput['phase']): string {
  const files = phase.deliverables.join(', ');
  if (!phase.requiresChanges) return files === '' ? 'none' : files;
  return files === '' ? 'commits on your branch' : `commits on your branch, and ${files}`;
}

function howToFinish({ name, deliverables, gate }: PhasePromptInput['phase']): string {
  const list = JSON.stringify(deliverables);
  const after = stopsForPerson(gate)
    ? 'Then stop: a person reviews your work, and their decision reaches you as the next message.'
    : 'The next step reaches you as a message.';
  return [
    `When the phase is finished, call the tool complete_phase with phase "${name}", a short summary and deliverables ${list}.`,
    after,
  ].join(' ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
