import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import {
  feedbackText,
  instanceDecider,
  isInstanceEnded,
  type KnownInstance,
  type KnownThread,
  leadingAttempt,
  openForAgents,
  reopenedText,
  threadsOf,
} from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing/load-state';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { TaskFlowPorts } from './ports.ts';
import { instanceStartedBy, startPhase } from './start-phase.ts';
import { readTask, toInstance } from './targets.ts';

type Reopened = Extract<RecordedDomainEvent, { type: 'PhaseReopened' }>;

/**
 * Approved work is worked on again. The agent that did it is told what for when it is still there. Conflicts need the
 * base as it is now, which only a new checkout holds: nobody but the agent runs git in the old one. So another agent
 * starts from the same branch, and the one before is done.
 */
export async function takeUpAgain(ports: TaskFlowPorts, event: Reopened, taskId: string): Promise<void> {
  const { reason, round, phase: name } = event.data;
  // A retry is an event of its own, and starts the phase by itself.
  if (reason === 'retry') return;
  const task = await readTask(ports, taskId);
  if (task.status === 'none') return;
  const phase = task.phases.find(({ definition }) => definition.name === name);
  const instanceId = phase === undefined ? null : (leadingAttempt(phase)?.instanceId ?? null);
  // Handled before: the new agent is there already.
  if (instanceId === null || instanceId === instanceStartedBy(event)) return;
  const agent = reason === 'conflict' ? null : await whoIsThere(ports, instanceId);
  if (agent !== null) {
    const summary = reopenedText({ ...event.data, baseBranch: task.baseBranch });
    // What failed is to be put right and nothing else; a person who wants it otherwise wants what is open, too.
    const open = reason === 'person' ? await openThreadsOf(ports, { taskId, phase: name, branch: agent.branch }) : [];
    // What was said at its forge since the work was approved is in the summary, with its threads.
    const threads = open.filter(({ id }) => !summary.includes(`[thread ${id}]`));
    const text = feedbackText({ round: round - 1, summary, comments: [], threads });
    const messageId = idFrom(event.eventId, `round-${round}`);
    return toInstance(ports, event, instanceId, { type: 'SendMessage', messageId, text, interrupt: false });
  }
  await toInstance(ports, event, instanceId, { type: 'CompleteInstance' });
  await startPhase(ports, event, { taskId, previousInstanceId: null });
}

async function whoIsThere({ store }: TaskFlowPorts, instanceId: string): Promise<KnownInstance | null> {
  const instance = await loadState(store, streamOf('instance', instanceId), instanceDecider);
  return instance.status === 'none' || isInstanceEnded(instance) ? null : instance;
}

async function openThreadsOf({ store }: TaskFlowPorts, work: Parameters<typeof threadsOf>[1]): Promise<KnownThread[]> {
  return openForAgents(await threadsOf(store, work));
}
