import type { ResyncAnswer, ResyncRequest } from '@claude-codex/contracts';
import type { Looked } from '../desk/desk.ts';

/** Rounds in which every followed pull request of a connection is looked at once, in this process's memory. */
export interface Resync {
  /** Begins a round unless one is under way, or says how far the last one is. */
  ask(request: ResyncRequest): ResyncAnswer;
  looked(look: Looked): void;
}

interface Round {
  readonly since: number;
  readonly total: number;
  readonly left: Set<string>;
  /** Of `left`, why each could not be looked at yet. */
  readonly failing: Map<string, string>;
}

export interface ResyncParts {
  now(): number;
  followedOf(connectionId: string): readonly string[];
  look(pullRequestIds: readonly string[]): void;
}

export function createResync({ now, followedOf, look }: ResyncParts): Resync {
  const rounds = new Map<string, Round>();

  function begin(connectionId: string): Round {
    const before = rounds.get(connectionId);
    if (before !== undefined && before.left.size > 0) return before;
    const ids = followedOf(connectionId);
    const round = { since: now(), total: ids.length, left: new Set(ids), failing: new Map<string, string>() };
    rounds.set(connectionId, round);
    look(ids);
    return round;
  }

  return {
    ask({ connectionId, start }) {
      const round = start ? begin(connectionId) : rounds.get(connectionId);
      return { round: round === undefined ? null : viewOf(round) };
    },
    looked({ id, since, error, isOver }) {
      for (const round of rounds.values()) {
        if ((since < round.since && !isOver) || !round.left.has(id)) continue;
        round.failing.delete(id);
        if (error === null) round.left.delete(id);
        else round.failing.set(id, error instanceof Error ? error.message : 'It could not be looked at.');
      }
    },
  };
}

function viewOf({ since, total, left, failing }: Round): ResyncAnswer['round'] {
  return {
    startedAt: new Date(since).toISOString(),
    total,
    done: total - left.size,
    failing: failing.size,
    detail: [...failing.values()].at(-1) ?? null,
  };
}
