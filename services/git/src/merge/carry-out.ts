import type { NewEvent } from '@claude-codex/contracts';
import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import {
  isEnded,
  type PullRequestCommand,
  pullRequestDecider,
  type RepositoryState,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import { type Decider, DomainError, type EventStore, handleCommand, loadState } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Logger } from '@claude-codex/service-kit/log';
import { metaFollowingEvent } from '../event-meta.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import type { SourceSettings } from '../sources/source-access.ts';
import { personSignature } from './identities.ts';
import { type MergeFailure, mergeFailure } from './merge-failure.ts';
import { mergePullRequest } from './merge-pull-request.ts';
import { updateFromBase } from './update-from-base.ts';

export interface MergeParts {
  readonly store: EventStore;
  readonly mirrors: Mirrors;
  readonly blobs: BlobStore;
  readonly log: Logger;
}
export type Requested = Extract<
  RecordedDomainEvent,
  { type: 'PullRequestMergeRequested' | 'PullRequestUpdateRequested' }
>;

/** Does what was asked for with a pull request and records what came of it. Doing it again changes nothing. */
export async function carryOut(parts: MergeParts, settings: SourceSettings, request: Requested): Promise<void> {
  const pullRequest = await loadState(parts.store, request.stream, pullRequestDecider);
  if (pullRequest.status !== 'merging' && pullRequest.status !== 'updating') return;
  const task = await loadState(parts.store, streamOf('task', pullRequest.taskId), taskDecider);
  if (isEnded(task)) {
    return recordFailure(parts, request, mergeFailure('TASK_ENDED', 'The task ended before its turn came.'));
  }
  const { repositoryId } = pullRequest;
  const repository: RepositoryState = await loadState(
    parts.store,
    streamOf('repository', repositoryId),
    repositoryDecider,
  );
  if (repository.status !== 'connected') {
    return recordFailure(parts, request, mergeFailure('REPOSITORY_REMOVED', 'The repository was removed.'));
  }
  const { actor, causedBy } = request.meta;
  const author = personSignature(actor.kind === 'person' ? actor.id : causedBy, request.at);
  const { source } = repository;

  if (request.type === 'PullRequestUpdateRequested') {
    const updated = await updateFromBase(parts, { pullRequest, source, author });
    if (!updated.ok) return recordFailure(parts, request, updated);
    const { headSha, changes } = updated;
    return record(parts, request, { type: 'RecordUpdate', headSha, changes });
  }
  const { strategy } = request.data;
  const pullRequestId = idOf(request.stream);
  const merged = await mergePullRequest(parts.mirrors, settings, {
    pullRequestId,
    pullRequest,
    source,
    strategy,
    author,
  });
  if (!merged.ok) return recordFailure(parts, request, merged);
  await record(parts, request, { type: 'RecordMerge', mergeSha: merged.mergeSha, strategy });
  // The merge moved the base: other work that starts from the one before is told so.
  const stream = streamOf('repository', repositoryId);
  await follow(parts, request, 'mirror', {
    stream,
    decider: repositoryDecider,
    command: { type: 'RecordMirror', ...merged.mirror },
  });
}

export async function recordFailure(parts: MergeParts, request: Requested, failure: MergeFailure): Promise<void> {
  const { code, detail, conflicts } = failure;
  await record(parts, request, { type: 'RecordMergeFailure', code, detail, conflicts });
}

async function record(parts: MergeParts, request: Requested, command: PullRequestCommand): Promise<void> {
  const { stream } = request;
  await follow(parts, request, 'merge-result', { stream, decider: pullRequestDecider, command });
}

async function follow<State, Command, Event extends NewEvent>(
  { store, log }: MergeParts,
  request: Requested,
  step: string,
  target: { stream: string; decider: Decider<State, Command, Event>; command: Command },
): Promise<void> {
  try {
    const commandId = idFrom(request.eventId, step);
    await handleCommand(store, { commandId, meta: metaFollowingEvent(request), ...target });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ stream: target.stream, step, code: error.code }, 'the result of a merge no longer applies');
  }
}
