import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { type ReviewFacts, threadDecider } from '@claude-codex/domain';
import { follow } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';

/**
 * The comments of a decided review become threads, which stay with the work from round to round. Also those of a review
 * that approved: they stand there to be resolved, and go along when the work comes back. Comments on documents stay with
 * their round, and so do those of work that was rejected: nobody goes on with it.
 */
export async function openThreads(
  ports: TaskFlowPorts,
  event: RecordedEvent,
  { reviewId, review }: { reviewId: string; review: ReviewFacts },
): Promise<void> {
  const { taskId, phase, instanceId, round, changes } = review;
  if (changes === null) return;
  const { branch, headSha } = changes;
  for (const { comment, by } of review.comments) {
    const { commentId, path, side, startLine, endLine, quote, body } = comment;
    const lines = { path, side, startLine, endLine };
    await follow(ports, event, {
      step: `open-thread:${commentId}`,
      stream: streamOf('thread', commentId),
      decider: threadDecider,
      command: {
        type: 'OpenThread',
        ...{ taskId, reviewId, phase, instanceId, round, branch, headSha, lines, quote, body, by },
      },
    });
  }
}
