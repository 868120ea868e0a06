import { type ChangeSet, idOf, type RecordedDomainEvent, streamOf, type ThreadPlace } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import {
  type KnownThread,
  reviewDecider,
  roundsOf,
  type TaskFacts,
  taskDecider,
  threadDecider,
  threadsOf,
} from '@claude-codex/domain';
import { type EventStore, handleCommand, type Log, loadState, type ProcessManager } from '@claude-codex/eventing';
import { metaFollowing } from '@claude-codex/forges/carry-out';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { idFrom } from '@claude-codex/service-kit/ids';
import { commitAt } from '../mirrors/commits.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { createFollower, type Follower } from './follow-lines.ts';

interface Parts {
  readonly actor: ServiceName;
  readonly store: EventStore;
  readonly mirrors: Pick<Mirrors, 'gitDir'>;
  readonly log: Log;
}

/**
 * When work is handed over anew, each of its threads gets its place in it, those that are resolved as well: they stand at
 * their lines too. Places are counted from where a thread began, so that lines that come back are found again.
 */
export function createThreadProcess(parts: Parts): ProcessManager {
  return {
    name: 'threads',
    async handle(event) {
      if (event.type === 'ReviewCreated') await carryOver(parts, event);
      if (event.type === 'ThreadLinked') await catchUp(parts, event);
    },
  };
}

type HandedOver = Extract<RecordedDomainEvent, { type: 'ReviewCreated' }>;

async function carryOver(parts: Parts, event: HandedOver): Promise<void> {
  const { store, mirrors } = parts;
  const { taskId, phase, round, changes } = event.data;
  if (changes === null || round === 1) return;
  const { branch, headSha } = changes;
  const threads = (await threadsOf(store, { taskId, phase, branch })).filter(({ placedIn }) => placedIn < round);
  if (threads.length === 0) return;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return;
  const follower = createFollower(mirrors.gitDir(task.repositoryId), changes);
  for (const thread of threads) await move(parts, event, { thread, follower, round, headSha, task });
}

/** One that was begun at a forge may be about a round that others came after before anybody here heard of it. */
async function catchUp(parts: Parts, event: Extract<RecordedDomainEvent, { type: 'ThreadLinked' }>): Promise<void> {
  const { store, mirrors } = parts;
  const { taskId, replyId, link } = event.data;
  if (replyId !== null || link.from === 'here') return;
  const id = idOf(event.stream);
  const thread = await loadState(store, event.stream, threadDecider);
  if (thread.status === 'none') return;
  const newest = (await roundsOf(store, { taskId, branch: thread.branch })).at(-1);
  if (newest === undefined || newest.round <= thread.placedIn) return;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  const changes = await workOf(store, newest);
  if (task.status === 'none' || changes === null) return;
  const follower = createFollower(mirrors.gitDir(task.repositoryId), changes);
  await move(parts, event, { thread: { ...thread, id }, follower, ...newest, task });
}

interface Move {
  readonly thread: KnownThread;
  readonly follower: Follower;
  readonly round: number;
  readonly headSha: string;
  readonly task: Pick<TaskFacts, 'repositoryId'>;
}

async function move(
  { actor, store, mirrors, log }: Parts,
  event: RecordedDomainEvent,
  { thread, follower, round, headSha, task }: Move,
): Promise<void> {
  const gitDir = mirrors.gitDir(task.repositoryId);
  const of = await workOf(store, thread);
  const place = of === null ? null : await placeOf(follower, { gitDir, thread, of, log });
  await handleCommand(store, {
    commandId: idFrom('threads', event.eventId, thread.id),
    meta: metaFollowing(event, actor),
    stream: streamOf('thread', thread.id),
    decider: threadDecider,
    command: { type: 'MoveThread', round, headSha, place },
  });
}

async function workOf(store: EventStore, { reviewId }: Pick<KnownThread, 'reviewId'>): Promise<ChangeSet | null> {
  const review = await loadState(store, streamOf('review', reviewId), reviewDecider);
  return review.status === 'none' ? null : review.changes;
}

interface Asked {
  readonly gitDir: string;
  readonly thread: KnownThread;
  readonly of: ChangeSet;
  readonly log: Log;
}

/** Work that git cannot compare is outdated, rather than in the way of all other threads of the installation for ever. */
async function placeOf(follower: Follower, { gitDir, thread, of, log }: Asked): Promise<ThreadPlace | null> {
  const { lines, quote, id: threadId } = thread;
  try {
    // An agent that rewrote its history may have left nothing of what was commented on.
    if ((await commitAt(gitDir, of.headSha)) === null) return null;
    return await follower.placeOf({ lines, quote, of });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    log.warn({ err: error, threadId }, 'the lines of a thread could not be followed');
    return null;
  }
}
