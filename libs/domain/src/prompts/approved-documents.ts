import { streamOf } from '@claude-codex/contracts/ids';
import type { ApprovedDocument } from '@claude-codex/contracts/instance/events';
import { loadState } from '@claude-codex/eventing/load-state';
import type { StreamReader } from '@claude-codex/eventing/load-stream';
import { reviewDecider } from '../review/index.ts';
import { leadingAttempt, type TaskFacts } from '../task/index.ts';

/** The documents of the phases approved so far, as approved: a person's own revision wins over the agent's text. */
export async function approvedDocuments(
  store: StreamReader,
  { phases }: Pick<TaskFacts, 'phases'>,
): Promise<ApprovedDocument[]> {
  const documents: ApprovedDocument[] = [];
  for (const phase of phases) {
    if (phase.status !== 'approved' || phase.definition.requiresChanges) continue;
    const kept = leadingAttempt(phase);
    if (kept === null) continue;
    const review =
      kept.reviewId === null ? null : await loadState(store, streamOf('review', kept.reviewId), reviewDecider);
    const deliverables = review === null || review.status === 'none' ? kept.deliverables : review.deliverables;
    documents.push(...deliverables.map(({ path, blobId }) => ({ path, blobId })));
  }
  return documents;
}
