import {
  type ApprovedDocument,
  type InstanceEvent,
  type RecordedEvent,
  streamOf,
  type TaskEvent,
} from '@claude-codex/contracts';
import {
  approvedDocuments,
  branchName,
  currentPhase,
  decideInstance,
  decideTask,
  instanceDecider,
  instanceName,
  isInstanceEnded,
  type PhaseState,
  phasePrompt,
  promptOf,
  saidBefore,
  type TaskFacts,
  taskDecider,
} from '@claude-codex/domain';
import { handleTransaction, type StreamWrite } from '@claude-codex/eventing/handle-command';
import { loadState } from '@claude-codex/eventing/load-state';
import { idFrom } from '@claude-codex/service-kit/ids';
import { commandIdOf, metaFollowing, unlessRefused } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';

/** The new instance that starts a phase because of this event: the same one however often it is handled. */
export function instanceStartedBy(event: RecordedEvent): string {
  return idFrom(event.eventId, 'instance');
}

/**
 * Starts the phase that is next in a task: with the instance of the phase before when that one is of the same kind and
 * still there (it knows the repository by now), otherwise with a new instance.
 */
export async function startPhase(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  { taskId, previousInstanceId }: { taskId: string; previousInstanceId: string | null },
): Promise<void> {
  const task = await loadState(ports.store, streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return;
  const phase = currentPhase(task);
  if (phase === null) return;
  const reused = previousInstanceId === null ? null : await instanceToReuse(ports, previousInstanceId, phase);
  const branch = reused === null ? await branchToContinue(ports, phase) : null;

  const prompt = reused === null ? null : await promptFor(ports, task, phase, { taskId, instanceId: reused });

  await unlessRefused(ports.log, event, 'start-phase', () =>
    handleTransaction(ports.store, {
      commandId: commandIdOf(event, 'start-phase'),
      meta: metaFollowing(event),
      decide: async (load) => {
        const { state } = await load(streamOf('task', taskId), taskDecider);
        const instanceId = reused ?? instanceStartedBy(event);
        const started = decideTask({ type: 'StartPhase', phase: phase.definition.name, instanceId }, state);
        if (started.length === 0 || state.status === 'none') return [];
        if (prompt === null)
          return [write('task', taskId, started), queued(state, phase, { taskId, instanceId, branch })];
        const instance = await load(streamOf('instance', instanceId), instanceDecider);
        const messageId = idFrom(event.eventId, 'phase-prompt');
        const message = decideInstance({ type: 'SendMessage', messageId, interrupt: false, ...prompt }, instance.state);
        return [write('task', taskId, started), write('instance', instanceId, message)];
      },
    }),
  );
}

/** The phase as a message to an agent that is there, and the documents that go with it. */
async function promptFor(
  { store }: TaskFlowPorts,
  task: TaskFacts,
  phase: PhaseState,
  who: { taskId: string; instanceId: string },
): Promise<{ text: string; documents: ApprovedDocument[] }> {
  const { said } = await saidBefore(store, { ...who, phase: phase.definition.name });
  const documents = await approvedDocuments(store, task);
  return { text: phasePrompt(promptOf(task, phase, said)), documents };
}

async function instanceToReuse(
  { store }: TaskFlowPorts,
  instanceId: string,
  phase: PhaseState,
): Promise<string | null> {
  const instance = await loadState(store, streamOf('instance', instanceId), instanceDecider);
  if (instance.status === 'none' || isInstanceEnded(instance)) return null;
  return instance.kind === phase.definition.kind ? instanceId : null;
}

/** Work that was approved before is gone on with where it is; a retry begins anew. */
async function branchToContinue({ store }: TaskFlowPorts, phase: PhaseState): Promise<string | null> {
  const { reopened, instanceId } = phase;
  if (reopened === null || reopened.reason === 'retry' || instanceId === null) return null;
  const instance = await loadState(store, streamOf('instance', instanceId), instanceDecider);
  return instance.status === 'none' ? null : instance.branch;
}

function queued(
  task: TaskFacts,
  phase: PhaseState,
  { taskId, instanceId, branch }: { taskId: string; instanceId: string; branch: string | null },
): StreamWrite {
  const { kind, name } = phase.definition;
  const attempt = (task.attempts[kind] ?? 0) + 1;
  const event: InstanceEvent = {
    type: 'InstanceQueued',
    data: {
      name: instanceName(kind, task.number, attempt),
      taskId,
      repositoryId: task.repositoryId,
      kind,
      phase: name,
      attempt,
      branch: branch ?? branchName(kind, task.number, task.title, attempt),
      baseBranch: task.baseBranch,
      model: task.model,
    },
  };
  return { ...write('instance', instanceId, [event]), expectedVersion: 0 };
}

function write(category: 'task' | 'instance', id: string, events: (TaskEvent | InstanceEvent)[]): StreamWrite {
  return { stream: streamOf(category, id), events };
}
