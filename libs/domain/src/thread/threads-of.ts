import { streamOf } from '@claude-codex/contracts/ids';
import type { ThreadStatus } from '@claude-codex/contracts/thread/events';
import { loadState } from '@claude-codex/eventing/load-state';
import type { StreamReader } from '@claude-codex/eventing/load-stream';
import { readWholeStream } from '@claude-codex/eventing/whole-stream';
import { reviewDecider } from '../review/index.ts';
import { threadDecider } from './decide.ts';
import type { ThreadFacts } from './state.ts';

export interface KnownThread extends ThreadFacts {
  readonly id: string;
  readonly status: ThreadStatus;
}

/** What the rounds of a piece of work have in common, also when another agent goes on with it. */
export interface Work {
  readonly taskId: string;
  readonly phase: string;
  readonly branch: string;
}

/** The threads of a piece of work, oldest first. Comments of an earlier release, which are no threads, are left out. */
export async function threadsOf(store: StreamReader, { taskId, phase, branch }: Work): Promise<KnownThread[]> {
  const events = await readWholeStream(store, streamOf('task', taskId));
  const reviewIds = events.flatMap(({ type, data }) =>
    type === 'AttemptCompleted' && data.phase === phase && data.changes?.branch === branch ? (data.reviewId ?? []) : [],
  );
  const threads: KnownThread[] = [];
  for (const reviewId of reviewIds) {
    const review = await loadState(store, streamOf('review', reviewId), reviewDecider);
    if (review.status === 'none') continue;
    for (const id of [...review.comments.map(({ comment }) => comment.commentId), ...review.begun]) {
      const thread = await loadState(store, streamOf('thread', id), threadDecider);
      if (thread.status !== 'none') threads.push({ ...thread, id });
    }
  }
  return threads;
}
