import { type PullRequestProposal, streamOf } from '@claude-codex/contracts';
import {
  type Assignment,
  assignmentOf,
  instanceDecider,
  isWorking,
  stopsForPerson,
  taskDecider,
} from '@claude-codex/domain';
import { handleCommand, loadState } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import type { ToolContext } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';

/** The phase this instance is at work on. Throws PHASE_NOT_RUNNING, naming what is running instead. */
export async function ownPhase({ identity, store }: ToolContext, name: string | null): Promise<Assignment> {
  const { taskId, instanceId } = identity;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  const phases = task.status === 'none' ? [] : task.phases;
  const all = phases.flatMap(({ definition }) => assignmentOf(phases, instanceId, definition.name) ?? []);
  const own = all.filter(isWorking);
  const found = own.find((phase) => name === null || phase.definition.name === name);
  if (found !== undefined) return found;
  const waiting = all.find((phase) => phase.definition.name === name);
  if (waiting?.status === 'in_review') {
    throw new ToolError('PHASE_NOT_RUNNING', `The phase "${name}" is handed over and in review`, 'End your turn.');
  }
  const running = own.map((phase) => `"${phase.definition.name}"`).join(', ');
  const instead = running === '' ? 'none of your phases is running: end your turn' : `your running phase is ${running}`;
  throw new ToolError('PHASE_NOT_RUNNING', `There is no running phase "${name ?? ''}"`, `Now ${instead}.`);
}

export interface HandOver {
  readonly summary: string;
  readonly deliverables: string[];
  /** How the pull request should read, when the agent says so. */
  readonly proposal?: PullRequestProposal | null;
}

/** Says that the phase is finished; the server then collects the work and checks it. */
export async function handOver(
  context: ToolContext,
  phase: Assignment,
  { summary, deliverables, proposal = null }: HandOver,
): Promise<string> {
  const { identity, instance, commandId, store } = context;
  const { name, gate } = phase.definition;
  await handleCommand(store, {
    // A client that restarted may count its calls anew; the same words in a later round are another hand-over.
    commandId: idFrom(commandId, phase.round),
    meta: instance.meta,
    stream: streamOf('instance', identity.instanceId),
    decider: instanceDecider,
    command: { type: 'SubmitPhase', phase: name, round: phase.round, summary, deliverables, via: 'tool', proposal },
  });
  const next = stopsForPerson(gate)
    ? 'A person reviews it; what they say reaches you as a message.'
    : 'The next step follows by itself.';
  return `The phase "${name}" is handed over (round ${phase.round}). ${next} End your turn now, and change nothing more.`;
}
