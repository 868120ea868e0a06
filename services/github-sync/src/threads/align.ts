import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import {
  forgeConnectionDecider,
  type KnownThread,
  type RepositoryState,
  repositoryDecider,
  roundsOf,
  taskDecider,
  threadsOf,
} from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { taskLink } from '../desk/task-link.ts';
import { hearThread } from './hear.ts';
import type { ThreadParts } from './parts.ts';
import { sendThread, settleThread, wasRefused } from './send.ts';

interface Standing {
  readonly change: Change;
  /** The newest event of its pull request. */
  readonly newest: RecordedDomainEvent;
  /** Somebody said something of its lines there. */
  readonly isDiscussed: boolean;
}

/**
 * What is said of the lines of work that stands at its forge is the same here and there: what is new there is taken in,
 * what is new here is sent. By how both stand now, so that it does not matter who told of what, when, or how often; what
 * was sent by one that was killed is found by its mark. Throws `ForgeAway`.
 */
export async function alignThreads(parts: ThreadParts, standing: Standing): Promise<void> {
  try {
    await align(parts, standing);
  } catch (error) {
    if (!(error instanceof ForgeAway) || error.why !== 'forge_limited') throw error;
    // It has a limit of its own: checks and merges do not wait for it.
    parts.log.warn({ err: error }, 'what is said of lines waits until its forge takes requests again');
  }
}

async function align(parts: ThreadParts, { change, newest, isDiscussed }: Standing): Promise<void> {
  const { store } = parts;
  const { source, taskId, branch } = change;
  const rounds = await roundsOf(store, change);
  const last = rounds.at(-1);
  if (source.kind !== 'forge' || last === undefined) return;
  const of = { taskId, branch, phase: last.phase };
  const sends = await sendsThreads(parts, change);
  const known = await threadsOf(store, of);
  // Reading costs a point each time, whether there is news or not.
  if (!isDiscussed && !known.some((thread) => concerns(thread, sends && !wasRefused({ change }, thread)))) return;
  const there = await parts.threads.read(change);
  if (there === null) return;
  const connection = await loadState(store, streamOf('forge', source.connectionId), forgeConnectionDecider);
  const work = { change, provider: source.provider, newest, rounds, connection };
  for (const one of there) await hearThread(parts, work, { there: one, known });
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  const sending = { ...work, task: taskLink(parts.publicUrl, taskId, task) };
  for (const thread of await threadsOf(store, of)) {
    if (sends) await sendThread(parts, sending, thread);
    const same = there.find(({ first }) => first.commentId === thread.link?.commentId);
    if (same !== undefined) await settleThread(parts, work, { thread, there: same, sends });
  }
}

async function sendsThreads({ store }: ThreadParts, { repositoryId }: Change): Promise<boolean> {
  const repository: RepositoryState = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  return repository.status === 'connected' && repository.sendsThreads;
}

function concerns({ link, status }: KnownThread, sends: boolean): boolean {
  return link !== null || (sends && status === 'open');
}
