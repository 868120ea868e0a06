import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { feedbackText, openForAgents, reviewDecider, threadsOf } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing/load-state';
import { idFrom } from '@claude-codex/service-kit/ids';
import { openThreads } from './open-threads.ts';
import type { TaskFlowPorts } from './ports.ts';
import { toInstance, toTask } from './targets.ts';

type Decision = Extract<RecordedDomainEvent, { type: 'ReviewApproved' | 'ReviewChangesRequested' | 'ReviewRejected' }>;

/** What a person decided about a review, as a command to its task: the task's rules say what follows. */
export async function reviewDecided(ports: TaskFlowPorts, event: Decision, reviewId: string): Promise<void> {
  const review = await loadState(ports.store, streamOf('review', reviewId), reviewDecider);
  if (review.status === 'none') return;
  const { taskId, phase, instanceId } = review;
  switch (event.type) {
    case 'ReviewApproved':
      // Its gate may ask for more approvals.
      if (review.status !== 'approved') return;
      await openThreads(ports, event, { reviewId, review });
      return toTask(ports, event, taskId, { type: 'ApprovePhase', phase, instanceId, reviewId });
    case 'ReviewRejected': {
      const detail = event.data.summary;
      return toTask(ports, event, taskId, { type: 'GiveUpAttempt', code: 'REVIEW_REJECTED', detail, instanceId });
    }
    case 'ReviewChangesRequested':
      // Before the task goes on, so that the agent is told of them by their ids.
      await openThreads(ports, event, { reviewId, review });
      return toTask(ports, event, taskId, { type: 'RequestRework', phase, reviewId });
  }
}

/** The agent hears of a review when its task goes on, which may be later: a person may have to grant another round. */
export async function sendFeedback(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'AttemptReworkRequested' }>,
  taskId: string,
): Promise<void> {
  const { reviewId, round } = event.data;
  const review = await loadState(ports.store, streamOf('review', reviewId), reviewDecider);
  if (review.status !== 'changes_requested' || review.taskId !== taskId) return;
  const documents = review.revised.map(({ path, blobId }) => ({ path, blobId }));
  const { phase, changes } = review;
  const threads = changes === null ? [] : await threadsOf(ports.store, { taskId, phase, branch: changes.branch });
  const text = feedbackText({
    round: round - 1,
    summary: review.decided,
    comments: review.comments.map(({ comment }) => comment),
    threads: openForAgents(threads),
    rewritten: documents.map(({ path }) => path),
  });
  const messageId = idFrom(event.eventId, 'feedback');
  const feedback = { type: 'SendFeedback' as const, messageId, reviewId, round, text };
  return toInstance(ports, event, review.instanceId, documents.length === 0 ? feedback : { ...feedback, documents });
}
