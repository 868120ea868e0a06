import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { Fold } from '@claude-codex/eventing';
import type { Forges } from '@claude-codex/forges/forge';
import type { JobQueue, JobRequest } from '@claude-codex/service-kit/jobs';
import { mergeRequest } from '../merge/merge-jobs.ts';
import { mirrorRequest } from '../repositories/mirror-jobs.ts';

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
  'PullRequestMergeTakenBack',
  'PullRequestClosed',
  'RepositoryMirrored',
  'RepositoryUnavailable',
  'RepositoryRemoved',
]);

/** Raised by whoever changes what `Unfinished` makes of the same events, its forges with it: what an older one kept is then not used. */
export const UNFINISHED_SHAPE = 1;

export interface KeptUnfinished {
  readonly position: number;
  readonly byStream: ReadonlyMap<string, Asked>;
  readonly elsewhere: ReadonlySet<string>;
}

interface Asked {
  /** By the store's clock, as it stands in the event. */
  readonly at: string;
  readonly request: JobRequest;
}

const NONE: KeptUnfinished = { position: 0, byStream: new Map(), elsewhere: new Set() };

/** What was asked for and has not ended, by the log: a queue may forget jobs, the log does not. */
export class Unfinished implements Fold<KeptUnfinished> {
  position: number;
  readonly #byStream: Map<string, Asked>;
  /** Open pull requests at forges that another service speaks to. */
  readonly #elsewhere: Set<string>;
  readonly #forges: Pick<Forges, 'has'>;

  constructor(forges: Pick<Forges, 'has'>, { position, byStream, elsewhere }: KeptUnfinished = NONE) {
    this.position = position;
    this.#byStream = new Map(byStream);
    this.#elsewhere = new Set(elsewhere);
    this.#forges = forges;
  }

  /** Where something was asked for that has not ended. */
  streams(): string[] {
    return [...this.#byStream.keys()];
  }

  kept(): KeptUnfinished {
    return { position: this.position, byStream: this.#byStream, elsewhere: this.#elsewhere };
  }

  apply(event: RecordedDomainEvent): void {
    this.position = event.position;
    this.#noteForge(event);
    if (ENDS.has(event.type)) this.#byStream.delete(event.stream);
    const isOurs = ASKS.has(event.type) && !this.#elsewhere.has(event.stream);
    const request = isOurs ? (mergeRequest(event) ?? mirrorRequest(event)) : null;
    if (request !== null) this.#byStream.set(event.stream, { at: event.at, request });
  }

  #noteForge({ type, stream, data }: RecordedDomainEvent): void {
    if (type === 'PullRequestOpened' && !this.#forges.has(data.provider)) this.#elsewhere.add(stream);
    // Only where people act without us.
    else if (type === 'PullRequestReopened') this.#elsewhere.add(stream);
    else if (type === 'PullRequestMerged' || type === 'PullRequestClosed') this.#elsewhere.delete(stream);
  }

  /**
   * Asks again for merges and mirrors that the log says were asked for so long ago and that have not ended: their jobs
   * were lost with the process, or given up while the log could not take what came of them. One that still waits or runs
   * is not asked for twice, because its id comes from the event.
   */
  async enqueueLost(jobs: JobQueue, now: number, overdueMs: number): Promise<void> {
    for (const { at, request } of [...this.#byStream.values()]) {
      if (now - Date.parse(at) < overdueMs) continue;
      await jobs.enqueue(request);
      await jobs.retry(request.queue, request.jobId);
    }
  }
}
