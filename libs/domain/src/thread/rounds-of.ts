import { streamOf } from '@claude-codex/contracts/ids';
import { loadState } from '@claude-codex/eventing/load-state';
import type { StreamReader } from '@claude-codex/eventing/load-stream';
import { readWholeStream } from '@claude-codex/eventing/whole-stream';
import { type ReviewFacts, reviewDecider } from '../review/index.ts';

/** A hand-over of work that was reviewed. */
export interface Round extends Pick<ReviewFacts, 'phase' | 'instanceId' | 'round'> {
  readonly reviewId: string;
  readonly headSha: string;
}

/** The rounds of a branch that changed something, oldest first. None where nobody reviews the work. */
export async function roundsOf(
  store: StreamReader,
  { taskId, branch }: { readonly taskId: string; readonly branch: string },
): Promise<Round[]> {
  const events = await readWholeStream(store, streamOf('task', taskId));
  const reviewIds = events.flatMap(({ type, data }) =>
    type === 'AttemptCompleted' && data.changes?.branch === branch ? (data.reviewId ?? []) : [],
  );
  const rounds: Round[] = [];
  for (const reviewId of reviewIds) {
    const review = await loadState(store, streamOf('review', reviewId), reviewDecider);
    if (review.status === 'none' || review.changes === null) continue;
    const { phase, instanceId, round, changes } = review;
    rounds.push({ reviewId, phase, instanceId, round, headSha: changes.headSha });
  }
  return rounds;
}
