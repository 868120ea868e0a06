import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { isEnded, pullRequestDecider, repositoryDecider, taskDecider } from '@claude-codex/domain';
import { DomainError, handleCommand, loadState, type ProcessManager } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { JobQueue, JobRequest, JobWorker } from '@claude-codex/service-kit/jobs';
import { z } from 'zod';
import type { MirrorState } from '../checkouts/mirrors.ts';
import type { SourceSettings } from '../checkouts/source-access.ts';
import { metaFollowingEvent } from '../event-meta.ts';
import type { ManagerParts } from '../instances/parts.ts';
import { personSignature } from './identities.ts';
import { type MergeResult, mergePullRequest } from './merge-pull-request.ts';
import { createTurns } from './one-after-the-other.ts';

const QUEUE = 'merges';
const MergeData = z.object({ pullRequestId: z.string(), version: z.number() });

export function createMergeProcess({ jobs }: { jobs: JobQueue }): ProcessManager {
  return {
    name: 'merges',
    async handle(event) {
      const request = mergeRequest(event as RecordedDomainEvent);
      if (request !== null) await jobs.enqueue(request);
    },
  };
}

/** The merge an event asks for: the same job each time, because its id comes from the event. */
export function mergeRequest(event: RecordedDomainEvent): JobRequest | null {
  if (event.type !== 'PullRequestMergeRequested') return null;
  return {
    queue: QUEUE,
    name: 'merge-pull-request',
    jobId: idFrom(event.eventId, 'merge'),
    data: { pullRequestId: idOf(event.stream), version: event.version },
    attempts: 3,
  };
}

type Parts = Pick<ManagerParts, 'store' | 'mirrors' | 'log'>;
type Requested = Extract<RecordedDomainEvent, { type: 'PullRequestMergeRequested' }>;

/**
 * One repository merges one after the other: merges side by side would move the base under each other. Those that wait
 * for their turn hold nothing but their place, so that many of one repository do not keep another's waiting. After a
 * restart they are asked for again from the log (`enqueueLostJobs`).
 */
const CONCURRENCY = 32;

export function workMergeJobs(parts: Parts, settings: SourceSettings, jobs: JobQueue): JobWorker {
  const inTurn = createTurns();
  return jobs.work(
    QUEUE,
    async ({ data }) => {
      const request = await requestOf(parts, data);
      if (request === null) return;
      const pullRequest = await loadState(parts.store, request.stream, pullRequestDecider);
      if (pullRequest.status === 'none') return;
      await inTurn(pullRequest.repositoryId, () => merge(parts, settings, request));
    },
    {
      concurrency: CONCURRENCY,
      onParked: async ({ data, reason }) => {
        const request = await requestOf(parts, data);
        parts.log.error({ reason }, 'a merge was given up');
        if (request === null) return;
        const detail = 'The merge failed because of a fault on our side; see the server log.';
        await record(parts, request, { ok: false, code: 'INTERNAL', detail, conflicts: [] });
      },
    },
  );
}

async function requestOf({ store }: Parts, data: unknown): Promise<Requested | null> {
  const { pullRequestId, version } = MergeData.parse(data);
  const stream = streamOf('pullrequest', pullRequestId);
  const [event] = (await store.readStream(stream, { fromVersion: version, limit: 1 })) as RecordedDomainEvent[];
  return event?.type === 'PullRequestMergeRequested' ? event : null;
}

async function merge(parts: Parts, settings: SourceSettings, request: Requested): Promise<void> {
  const pullRequest = await loadState(parts.store, request.stream, pullRequestDecider);
  if (pullRequest.status !== 'merging') return;
  const task = await loadState(parts.store, streamOf('task', pullRequest.taskId), taskDecider);
  if (isEnded(task)) {
    const detail = 'The task ended before its turn to be merged came.';
    return record(parts, request, { ok: false, code: 'TASK_ENDED', detail, conflicts: [] });
  }
  const repository = await loadState(parts.store, streamOf('repository', pullRequest.repositoryId), repositoryDecider);
  if (repository.status !== 'connected') {
    const detail = 'The repository was removed.';
    return record(parts, request, { ok: false, code: 'REPOSITORY_REMOVED', detail, conflicts: [] });
  }
  const { actor, causedBy } = request.meta;
  const result = await mergePullRequest(parts.mirrors, settings, {
    pullRequestId: idOf(request.stream),
    pullRequest,
    source: repository.source,
    strategy: request.data.strategy,
    author: personSignature(actor.kind === 'person' ? actor.id : causedBy, request.at),
  });
  await record(parts, request, result);
  if (result.ok) await recordMirror(parts, request, pullRequest.repositoryId, result.mirror);
}

/** The merge moved the base: other work that starts from the one before is told so. */
async function recordMirror(
  { store, log }: Parts,
  request: Requested,
  repositoryId: string,
  mirror: MirrorState,
): Promise<void> {
  try {
    await handleCommand(store, {
      commandId: idFrom(request.eventId, 'mirror'),
      meta: metaFollowingEvent(request),
      stream: streamOf('repository', repositoryId),
      decider: repositoryDecider,
      command: { type: 'RecordMirror', ...mirror },
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ repositoryId, code: error.code }, 'the repository was removed while it was merged into');
  }
}

async function record({ store, log }: Parts, request: Requested, result: MergeResult): Promise<void> {
  const command = result.ok
    ? { type: 'RecordMerge' as const, mergeSha: result.mergeSha, strategy: request.data.strategy }
    : { type: 'RecordMergeFailure' as const, code: result.code, detail: result.detail, conflicts: result.conflicts };
  try {
    await handleCommand(store, {
      commandId: idFrom(request.eventId, 'merge-result'),
      meta: metaFollowingEvent(request),
      stream: request.stream,
      decider: pullRequestDecider,
      command,
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ pullRequestId: idOf(request.stream), code: error.code }, 'the result of a merge no longer applies');
  }
}
