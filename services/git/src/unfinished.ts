import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { Forges } from '@claude-codex/service-kit/forge';
import type { JobQueue } from '@claude-codex/service-kit/jobs';
import { mergeRequest } from './merge/merge-jobs.ts';
import { mirrorRequest } from './repositories/mirror-jobs.ts';

/** These ask for a job, and these say how it ended. */
const ASKS = new Set<string>([
  'PullRequestMergeRequested',
  'PullRequestUpdateRequested',
  'RepositoryConnected',
  'RepositoryRefreshRequested',
]);
const ENDS = new Set<string>([
  'PullRequestMerged',
  'PullRequestUpdated',
  'PullRequestMergeFailed',
  'PullRequestClosed',
  'RepositoryMirrored',
  'RepositoryUnavailable',
  'RepositoryRemoved',
]);

/** What was asked for and has not ended, by the log: a queue may forget jobs, the log does not. */
export class Unfinished {
  /** Up to where the log was taken. */
  position = 0;
  readonly #byStream = new Map<string, RecordedDomainEvent>();
  /** Open pull requests at forges that another service speaks to. */
  readonly #elsewhere = new Set<string>();
  readonly #forges: Pick<Forges, 'has'>;

  constructor(forges: Pick<Forges, 'has'>) {
    this.#forges = forges;
  }

  /** Where something was asked for that has not ended. */
  streams(): string[] {
    return [...this.#byStream.keys()];
  }

  apply(event: RecordedDomainEvent): void {
    this.position = event.position;
    this.#noteForge(event);
    if (ASKS.has(event.type) && !this.#elsewhere.has(event.stream)) this.#byStream.set(event.stream, event);
    else if (ENDS.has(event.type)) this.#byStream.delete(event.stream);
  }

  #noteForge({ type, stream, data }: RecordedDomainEvent): void {
    if (type === 'PullRequestOpened' && !this.#forges.has(data.provider)) this.#elsewhere.add(stream);
    else if (type === 'PullRequestMerged' || type === 'PullRequestClosed') this.#elsewhere.delete(stream);
  }

  /**
   * Asks again for merges and mirrors that the log says were asked for so long ago and that have not ended: their jobs
   * were lost with the process, or given up while the log could not take what came of them. One that still waits or runs
   * is not asked for twice, because its id comes from the event.
   */
  async enqueueLost(jobs: JobQueue, now: number, overdueMs: number): Promise<void> {
    for (const event of [...this.#byStream.values()]) {
      if (now - Date.parse(event.at) < overdueMs) continue;
      const request = mergeRequest(event) ?? mirrorRequest(event);
      if (request === null) continue;
      await jobs.enqueue(request);
      await jobs.retry(request.queue, request.jobId);
    }
  }
}
