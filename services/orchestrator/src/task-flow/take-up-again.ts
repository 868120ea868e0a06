import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { feedbackText, instanceDecider, isInstanceEnded, leadingAttempt, reopenedText } from '@claude-codex/domain';
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
  if (reason !== 'conflict' && (await isThere(ports, instanceId))) {
    const summary = reopenedText({ ...event.data, baseBranch: task.baseBranch });
    const text = feedbackText({ round: round - 1, summary, comments: [] });
    const messageId = idFrom(event.eventId, `round-${round}`);
    return toInstance(ports, event, instanceId, { type: 'SendMessage', messageId, text, interrupt: false });
  }
  await toInstance(ports, event, instanceId, { type: 'CompleteInstance' });
  await startPhase(ports, event, { taskId, previousInstanceId: null });
}

async function isThere({ store }: TaskFlowPorts, instanceId: string): Promise<boolean> {
  const instance = await loadState(store, streamOf('instance', instanceId), instanceDecider);
  return instance.status !== 'none' && !isInstanceEnded(instance);
}
