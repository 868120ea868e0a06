import { streamOf } from '@claude-codex/contracts';
import { reviewDecider, type TaskFacts } from '@claude-codex/domain';
import type { EventStore } from '@claude-codex/eventing/event-store';
import { loadState } from '@claude-codex/eventing/load-state';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { PromptDocument } from '../prompts/index.ts';

const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** The documents of the phases approved so far, as approved: a person's own revision wins over the agent's text. */
export async function approvedDocuments(
  { store, blobs }: { store: EventStore; blobs: BlobStore },
  task: Pick<TaskFacts, 'phases'>,
): Promise<PromptDocument[]> {
  const documents: PromptDocument[] = [];
  for (const phase of task.phases) {
    if (phase.status !== 'approved' || phase.definition.requiresChanges) continue;
    const review =
      phase.reviewId === null ? null : await loadState(store, streamOf('review', phase.reviewId), reviewDecider);
    const deliverables = review === null || review.status === 'none' ? phase.deliverables : review.deliverables;
    for (const { path, blobId } of deliverables) {
      documents.push({ path, content: (await blobs.read(blobId, MAX_DOCUMENT_BYTES)).toString('utf8') });
    }
  }
  return documents;
}
