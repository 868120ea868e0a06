import type { ReviewView } from '../api/views/review.ts';
import type { TaskView } from '../api/views/task.ts';
import type { ThreadView } from '../api/views/thread.ts';

type Reviewed = Pick<ReviewView, 'phase' | 'changes' | 'round'>;

/** The threads of the work under review that had begun by its round, oldest first. */
export function threadsIn({ threads }: Pick<TaskView, 'threads'>, review: Reviewed | null | undefined): ThreadView[] {
  const branch = review?.changes?.branch;
  if (review === null || review === undefined || branch === undefined) return [];
  return threads.filter(
    (thread) => thread.phase === review.phase && thread.branch === branch && thread.round <= review.round,
  );
}

/** How many of them nobody resolved. */
export function openThreadsOf(task: Pick<TaskView, 'threads'>, review: Reviewed | null | undefined): number {
  return threadsIn(task, review).filter(({ status }) => status === 'open').length;
}
