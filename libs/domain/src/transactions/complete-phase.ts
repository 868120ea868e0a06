import type { ReviewEvent } from '@claude-codex/contracts/events';
import { streamOf } from '@claude-codex/contracts/ids';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { decideTask, evolveTask, initialTask, isReviewed, type TaskCommand } from '../task/index.ts';

export type HandOverPhase = Omit<Extract<TaskCommand, { type: 'CompleteAttempt' }>, 'type' | 'reviewId'>;

/**
 * The end of a phase and, at a gate, the review that decides about it, in one atomic append. `reviewId` is the id the
 * review gets if the phase has a gate. When evidence is missing only AttemptRefused is written.
 */
export async function completePhase(
  load: Load,
  { taskId, reviewId, handOver }: { taskId: string; reviewId: string; handOver: HandOverPhase },
): Promise<StreamWrite[]> {
  const stream = streamOf('task', taskId);
  const { state } = await load(stream, { initialState: initialTask, evolve: evolveTask });
  if (state.status === 'none') return refuse('TASK_NOT_FOUND');
  const definition = state.phases.find((phase) => phase.definition.name === handOver.phase)?.definition;
  const gated = definition !== undefined && isReviewed(definition.gate);
  const events = decideTask({ type: 'CompleteAttempt', ...handOver, reviewId: gated ? reviewId : null }, state);
  const completed = events.some((event) => event.type === 'AttemptCompleted');
  if (!gated || !completed) return [{ stream, events }];

  const { phase, round, instanceId, summary, deliverables, changes } = handOver;
  const { gate } = definition;
  const subject = definition.requiresChanges ? 'changes' : 'documents';
  const review: ReviewEvent = {
    type: 'ReviewCreated',
    data: { taskId, instanceId, phase, round, subject, summary, deliverables, changes, gate },
  };
  return [
    { stream, events },
    { stream: streamOf('review', reviewId), expectedVersion: 0, events: [review] },
  ];
}
