import type { RecordedDomainEvent } from '@claude-codex/contracts';

/** These ask for a job, and these say how it ended. */
const ASKS_FOR_A_JOB = new Set<string>([
  'PullRequestMergeRequested',
  'PullRequestUpdateRequested',
  'RepositoryConnected',
  'RepositoryRefreshRequested',
]);
const ENDS_A_JOB = new Set<string>([
  'PullRequestMerged',
  'PullRequestUpdated',
  'PullRequestMergeFailed',
  'PullRequestClosed',
  'RepositoryMirrored',
  'RepositoryUnavailable',
  'RepositoryRemoved',
]);

/** By stream, what asked for a job that has not ended: a queue may forget jobs, the log does not. */
export type UnfinishedJobs = Map<string, RecordedDomainEvent>;

export function noteJob(unfinished: UnfinishedJobs, event: RecordedDomainEvent): void {
  if (ASKS_FOR_A_JOB.has(event.type)) unfinished.set(event.stream, event);
  else if (ENDS_A_JOB.has(event.type)) unfinished.delete(event.stream);
}
