import {
  type ApprovedDocument,
  type InstanceEvent,
  type RecordedEvent,
  streamOf,
  type TaskEvent,
} from '@claude-codex/contracts';
import {
  approvedDocuments,
  attemptsWanted,
  branchName,
  currentPhase,
  decideInstance,
  decideTask,
  evolveTask,
  instanceDecider,
  instanceName,
  isInstanceEnded,
  type PhaseState,
  phasePrompt,
  placeToTake,
  promptOf,
  saidBefore,
  type TaskFacts,
  type TaskState,
  taskDecider,
} from '@claude-codex/domain';
import { handleTransaction, type StreamWrite } from '@claude-codex/eventing/handle-command';
import { loadState } from '@claude-codex/eventing/load-state';
import { idFrom } from '@claude-codex/service-kit/ids';
import { commandIdOf, metaFollowing, unlessRefused } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';

/** The new instance that starts a phase because of this event: the same one however often it is handled. */
export function instanceStartedBy(event: RecordedEvent, nth = 1): string {
  return nth === 1 ? idFrom(event.eventId, 'instance') : idFrom(event.eventId, 'instance', nth);
}

/**
 * Starts the phase that is next in a task: with the instance of the phase before when that one is of the same kind and
 * still there (it knows the repository by now), otherwise with a new instance. Where several are to try it, all are new.
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
  const wanted = attemptsWanted(phase);
  const reused =
    previousInstanceId === null || wanted > 1 ? null : await instanceToReuse(ports, previousInstanceId, phase);
  const branch = reused === null ? await branchToContinue(ports, phase) : null;

  const prompt = reused === null ? null : await promptFor(ports, task, phase, { taskId, instanceId: reused });

  await unlessRefused(ports.log, event, 'start-phase', () =>
    handleTransaction(ports.store, {
      commandId: commandIdOf(event, 'start-phase'),
      meta: metaFollowing(event),
      decide: async (load) => {
        const { state } = await load(streamOf('task', taskId), taskDecider);
        if (prompt === null || reused === null) {
          const instanceIds = Array.from({ length: wanted }, (_, index) => instanceStartedBy(event, index + 1));
          return beginAttempts(state, phase, { taskId, instanceIds, branch });
        }
        const instanceId = reused;
        const started = decideTask({ type: 'StartAttempt', phase: phase.definition.name, instanceId }, state);
        if (started.length === 0) return [];
        const instance = await load(streamOf('instance', instanceId), instanceDecider);
        const messageId = idFrom(event.eventId, 'phase-prompt');
        const message = decideInstance({ type: 'SendMessage', messageId, interrupt: false, ...prompt }, instance.state);
        return [write('task', taskId, started), write('instance', instanceId, message)];
      },
    }),
  );
}

/** New instances try the phase, each in an attempt of its own: one append, so that nobody sees half of them. */
function beginAttempts(
  task: TaskState,
  phase: PhaseState,
  { taskId, instanceIds, branch }: { taskId: string; instanceIds: readonly string[]; branch: string | null },
): StreamWrite[] {
  const all: TaskEvent[] = [];
  const instances: StreamWrite[] = [];
  let state = task;
  for (const instanceId of instanceIds) {
    const started = decideTask({ type: 'StartAttempt', phase: phase.definition.name, instanceId }, state);
    if (started.length === 0 || state.status === 'none') continue;
    instances.push(queued(state, phase, { taskId, instanceId, branch }));
    all.push(...started);
    state = started.reduce(evolveTask, state);
  }
  return all.length === 0 ? [] : [write('task', taskId, all), ...instances];
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
  return {
    text: phasePrompt(promptOf(task, phase, { round: Math.max(placeToTake(phase)?.round ?? 1, 1), said })),
    documents,
  };
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
  const { reopened } = phase;
  const before = placeToTake(phase);
  if (reopened === null || reopened.reason === 'retry' || before === null) return null;
  const instance = await loadState(store, streamOf('instance', before.instanceId), instanceDecider);
  return instance.status === 'none' ? null : instance.branch;
}

function queued(
  task: TaskFacts,
  phase: PhaseState,
  { taskId, instanceId, branch }: { taskId: string; instanceId: string; branch: string | null },
): StreamWrite {
  const { kind, name } = phase.definition;
  const attempt = (task.agents[kind] ?? 0) + 1;
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
