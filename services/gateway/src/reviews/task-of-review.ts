import { streamOf } from '@claude-codex/contracts/ids';
import type { EventStore } from '@claude-codex/eventing';
import { refusal } from '../commands/problems.ts';

/** The task a review belongs to: its first event says so. */
export async function taskOfReview(store: EventStore, reviewId: string): Promise<string> {
  const [first] = await store.readStream(streamOf('review', reviewId), { limit: 1 });
  if (first?.type !== 'ReviewCreated') throw refusal('REVIEW_NOT_FOUND');
  return first.data.taskId;
}
