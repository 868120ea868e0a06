import type { Clock } from '@claude-codex/eventing';
import { ForgeAway, ForgeGone } from '@claude-codex/forges/remote-forge';
import { createAgenda } from '../desk/agenda.ts';
import { workThrough } from '../desk/work-through.ts';
import { type SayAtIssueParts, sayAtIssue } from './say-at-issue.ts';

export interface IssueDesk {
  /** Something happened to their tasks. */
  wake(issues: readonly string[]): void;
  stop(): Promise<void>;
}

/** Beside the pull requests, which come first. */
const AT_ONCE = 2;
/** Of one that could not be told, longer each time. */
const AGAIN_MS = [1_000, 10_000, 60_000];
/** A limit that is said to end now ends a moment later. */
const GRACE_MS = 1_000;
/** What goes wrong by another fault is left after so many tries: there will be something else to say. */
const TRIES = 5;

/** Has the one comment at each issue say how its task stands. A courtesy: what goes wrong with it holds nothing up. */
export function openIssueDesk(parts: SayAtIssueParts & { readonly clock: Clock }): IssueDesk {
  const { clock, log } = parts;
  const agenda = createAgenda();
  const failures = new Map<string, number>();

  async function work(issue: string): Promise<void> {
    try {
      await sayAtIssue(parts, issue, clock.now());
      failures.delete(issue);
    } catch (error) {
      const failed = (failures.get(issue) ?? 0) + 1;
      failures.set(issue, failed);
      log.warn({ err: error, issue, failed }, 'how a task stands could not be said at its issue');
      const isAway = error instanceof ForgeAway;
      if (error instanceof ForgeGone || (!isAway && failed >= TRIES)) return void failures.delete(issue);
      const wait = AGAIN_MS[Math.min(failed, AGAIN_MS.length) - 1] ?? 0;
      const retryAt = isAway && error.retryAt !== null ? error.retryAt + GRACE_MS : 0;
      agenda.at(issue, Math.max(clock.now() + wait, retryAt));
    }
  }

  const { stop } = workThrough(agenda, { clock, atOnce: AT_ONCE, work });
  return {
    wake(issues) {
      for (const issue of issues) agenda.now(issue);
    },
    stop,
  };
}
