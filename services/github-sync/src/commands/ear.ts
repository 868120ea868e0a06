import type { Clock } from '@claude-codex/eventing';
import { ForgeGone } from '@claude-codex/forges/remote-forge';
import { createAgenda } from '../desk/agenda.ts';
import type { Looked } from '../desk/desk.ts';
import { createFailures } from '../desk/failures.ts';
import { workThrough } from '../desk/work-through.ts';
import type { Followed } from '../followed/followed.ts';
import type { CommentForge } from './comment-forge.ts';
import { type HearParts, hearComment } from './hear-comment.ts';

export interface Ear {
  /** Something was said in these repositories, or they are new. */
  wake(repositoryIds: readonly string[]): void;
  stop(): Promise<void>;
}

export interface EarParts extends HearParts {
  readonly comments: CommentForge;
  readonly clock: Clock;
  /** Null as long as the log is still being read. */
  known(): Followed | null;
  /** The comments of a repository are read this often, whatever nobody told. */
  readonly pollMs: number;
  onLooked(look: Looked): void;
}

/** Beside the pull requests, which come first. */
const AT_ONCE = 2;
/** A command nobody heard for so long is not what its author waits for any more. */
const HEARD_FOR_MS = 24 * 60 * 60_000;
/** The log is read. */
const NOT_YET_MS = 200;

/**
 * Hears commands in the comments of each repository that takes them, in the order they were said. What was heard is known
 * in memory alone: after a start those of the last day are gone through again, and each finds what it did before.
 */
export function openEar(parts: EarParts): Ear {
  const { clock, log, pollMs } = parts;
  const agenda = createAgenda();
  const failures = createFailures(clock);
  const heard = new Map<string, Map<string, number>>();

  async function work(id: string): Promise<void> {
    const since = clock.now();
    try {
      await listen(id);
      failures.forget(id);
      parts.onLooked({ id, since, error: null, isOver: false });
    } catch (error) {
      parts.onLooked({ id, since, error, isOver: false });
      postpone(id, error);
    }
  }

  async function listen(id: string): Promise<void> {
    const followed = parts.known();
    const at = followed?.repository(id);
    if (followed === null) return agenda.at(id, clock.now() + NOT_YET_MS);
    // Woken again by whoever changes that.
    if (at === undefined || at.commands === 'nobody') return;
    const since = Math.max(Date.parse(at.since), clock.now() - HEARD_FOR_MS);
    const known = heard.get(id) ?? new Map<string, number>();
    heard.set(id, known);
    for (const [commentId, saidAt] of known) if (saidAt < since) known.delete(commentId);
    for (const comment of await parts.comments.heard(at, since, (commentId) => known.has(commentId))) {
      await hearComment(parts, followed, { repositoryId: id, at, comment });
      known.set(comment.id, comment.at);
    }
    agenda.at(id, clock.now() + pollMs);
  }

  function postpone(id: string, error: unknown): void {
    const { failed, retryAt } = failures.add(id, error);
    log.warn({ err: error, repositoryId: id, failed }, 'the comments of a repository could not be heard; will retry');
    agenda.at(id, error instanceof ForgeGone ? clock.now() + pollMs : retryAt);
  }

  const { stop } = workThrough(agenda, { clock, atOnce: AT_ONCE, work });
  return {
    wake(ids) {
      for (const id of ids) agenda.now(id);
    },
    stop,
  };
}
