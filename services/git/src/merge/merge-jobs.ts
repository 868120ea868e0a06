import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { pullRequestDecider } from '@claude-codex/domain';
import { loadState, type ProcessManager } from '@claude-codex/eventing';
import { carryOut, type MergeParts, type Requested, recordFailure } from '@claude-codex/forges/carry-out';
import { forgeRefusal } from '@claude-codex/forges/forge';
import { createTurns } from '@claude-codex/forges/one-after-the-other';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { JobQueue, JobRequest, JobWorker } from '@claude-codex/service-kit/jobs';
import { z } from 'zod';

const QUEUE = 'merges';
const MergeData = z.object({ pullRequestId: z.string(), version: z.number() });

export function createMergeProcess({ jobs }: { jobs: JobQueue }): ProcessManager {
  return {
    name: 'merges',
    async handle(event) {
      const request = mergeRequest(event);
      if (request !== null) await jobs.enqueue(request);
    },
  };
}

/** The merge or update an event asks for: the same job each time, because its id comes from the event. */
export function mergeRequest(event: RecordedDomainEvent): JobRequest | null {
  if (!isRequested(event)) return null;
  return {
    queue: QUEUE,
    name: event.type === 'PullRequestMergeRequested' ? 'merge-pull-request' : 'update-pull-request',
    jobId: idFrom(event.eventId, 'merge'),
    data: { pullRequestId: idOf(event.stream), version: event.version },
    attempts: 3,
  };
}

function isRequested(event: RecordedDomainEvent | undefined): event is Requested {
  return event?.type === 'PullRequestMergeRequested' || event?.type === 'PullRequestUpdateRequested';
}

/**
 * One repository merges one after the other: merges side by side would move the base under each other. Those that wait
 * for their turn hold nothing but their place, so that many of one repository do not keep another's waiting. After a
 * restart they are asked for again from the log (`Unfinished`).
 */
const CONCURRENCY = 32;

export function workMergeJobs(parts: MergeParts, jobs: JobQueue): JobWorker {
  const inTurn = createTurns();
  return jobs.work(
    QUEUE,
    async ({ data }) => {
      const request = await requestOf(parts, data);
      if (request === null) return;
      const pullRequest = await loadState(parts.store, request.stream, pullRequestDecider);
      if (pullRequest.status === 'none') return;
      await inTurn(pullRequest.repositoryId, () => carryOut(parts, request));
    },
    {
      concurrency: CONCURRENCY,
      onParked: async ({ data, reason }) => {
        const request = await requestOf(parts, data);
        parts.log.error({ reason }, 'a merge was given up');
        if (request === null) return;
        const detail = 'The merge failed because of a fault on our side; see the server log.';
        await recordFailure(parts, request, forgeRefusal('INTERNAL', detail));
      },
    },
  );
}

async function requestOf({ store }: MergeParts, data: unknown): Promise<Requested | null> {
  const { pullRequestId, version } = MergeData.parse(data);
  const stream = streamOf('pullrequest', pullRequestId);
  const [event] = await store.readStream(stream, { fromVersion: version, limit: 1 });
  return isRequested(event) ? event : null;
}
