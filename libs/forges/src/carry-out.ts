import type { NewEvent } from '@claude-codex/contracts';
import { idOf, type RecordedDomainEvent, type RecordedEvent, streamOf, systemActor } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import {
  isEnded,
  type PullRequestCommand,
  pullRequestDecider,
  type RepositoryState,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import {
  type CommandMeta,
  type Decider,
  DomainError,
  type EventStore,
  handleCommand,
  loadState,
} from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Logger } from '@claude-codex/service-kit/log';
import { type Change, type ForgeRefusal, type Forges, forgeRefusal } from './forge.ts';

export interface MergeParts {
  /** The service that carries it out, as it stands in the events. */
  readonly actor: ServiceName;
  readonly store: EventStore;
  readonly forges: Forges;
  readonly log: Logger;
}
export type Requested = Extract<
  RecordedDomainEvent,
  { type: 'PullRequestMergeRequested' | 'PullRequestUpdateRequested' }
>;

/**
 * Has the forge do what was asked for with a pull request and records what came of it. Doing it again changes nothing.
 * What another service's forge is asked for is left to it.
 *
 * @returns what its forge waits for before it merges; null when something came of it, or nothing is to come
 */
export async function carryOut(parts: MergeParts, request: Requested): Promise<string | null> {
  const pullRequest = await loadState(parts.store, request.stream, pullRequestDecider);
  if (pullRequest.status !== 'merging' && pullRequest.status !== 'updating') return null;
  const forge = parts.forges.get(pullRequest.provider);
  if (forge === undefined) return null;
  const task = await loadState(parts.store, streamOf('task', pullRequest.taskId), taskDecider);
  if (isEnded(task)) {
    return recordFailure(parts, request, forgeRefusal('TASK_ENDED', 'The task ended before its turn came.'));
  }
  const { repositoryId } = pullRequest;
  const repository: RepositoryState = await loadState(
    parts.store,
    streamOf('repository', repositoryId),
    repositoryDecider,
  );
  if (repository.status !== 'connected') {
    return recordFailure(parts, request, forgeRefusal('REPOSITORY_REMOVED', 'The repository was removed.'));
  }
  const { actor, causedBy } = request.meta;
  const wish = { personId: actor.kind === 'person' ? actor.id : causedBy, at: request.at };
  const change: Change = { ...pullRequest, pullRequestId: idOf(request.stream), source: repository.source };

  if (request.type === 'PullRequestUpdateRequested') {
    const updated = await forge.update(change, wish);
    if (!updated.ok) return recordFailure(parts, request, updated);
    const { headSha, changes } = updated;
    await record(parts, request, { type: 'RecordUpdate', headSha, changes });
    return null;
  }
  const { strategy } = request.data;
  const merged = await forge.merge(change, { ...wish, strategy });
  if (merged.ok === 'later') return merged.detail;
  if (!merged.ok) return recordFailure(parts, request, merged);
  await record(parts, request, { type: 'RecordMerge', mergeSha: merged.mergeSha, strategy });
  // The merge moved the base: other work that starts from the one before is told so.
  const stream = streamOf('repository', repositoryId);
  await follow(parts, request, 'mirror', {
    stream,
    decider: repositoryDecider,
    command:
      merged.repository === null ? { type: 'RefreshRepository' } : { type: 'RecordMirror', ...merged.repository },
  });
  return null;
}

export async function recordFailure(parts: MergeParts, request: Requested, failure: ForgeRefusal): Promise<null> {
  const { code, detail, conflicts } = failure;
  await record(parts, request, { type: 'RecordMergeFailure', code, detail, conflicts });
  return null;
}

/** Who acts when a service does what an event asks for: the service, on behalf of the person behind the event. */
export function metaFollowing({ eventId, meta }: RecordedEvent, service: ServiceName): CommandMeta {
  const { actor, causedBy, correlationId, workspaceId } = meta;
  return {
    actor: systemActor(service),
    causedBy: causedBy ?? (actor.kind === 'person' ? actor.id : null),
    correlationId,
    causationId: eventId,
    workspaceId,
  };
}

async function record(parts: MergeParts, request: Requested, command: PullRequestCommand): Promise<void> {
  const { stream } = request;
  await follow(parts, request, 'merge-result', { stream, decider: pullRequestDecider, command });
}

async function follow<State, Command, Event extends NewEvent>(
  { actor, store, log }: MergeParts,
  request: Requested,
  step: string,
  target: { stream: string; decider: Decider<State, Command, Event>; command: Command },
): Promise<void> {
  try {
    const commandId = idFrom(request.eventId, step);
    await handleCommand(store, { commandId, meta: metaFollowing(request, actor), ...target });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.info({ stream: target.stream, step, code: error.code }, 'the result of a merge no longer applies');
  }
}
