import type { Clock } from '@claude-codex/eventing';
import { ForgeAway, ForgeGone } from '@claude-codex/forges/remote-forge';
import { createAgenda } from '../desk/agenda.ts';
import { createFailures } from '../desk/failures.ts';
import { workThrough } from '../desk/work-through.ts';
import { type SayAtIssueParts, sayAtIssue } from './say-at-issue.ts';

export interface IssueDesk {
  /** Something happened to their tasks. */
  wake(issues: readonly string[]): void;
  stop(): Promise<void>;
}

/** Beside the pull requests, which come first. */
const AT_ONCE = 2;
/** What goes wrong by another fault is left after so many tries: there will be something else to say. */
const TRIES = 5;

/** Has the one comment at each issue say how its task stands. A courtesy: what goes wrong with it holds nothing up. */
export function openIssueDesk(parts: SayAtIssueParts & { readonly clock: Clock }): IssueDesk {
  const { clock, log } = parts;
  const agenda = createAgenda();
  const failures = createFailures(clock);

  async function work(issue: string): Promise<void> {
    try {
      await sayAtIssue(parts, issue, clock.now());
      failures.forget(issue);
    } catch (error) {
      const { failed, retryAt } = failures.add(issue, error);
      log.warn({ err: error, issue, failed }, 'how a task stands could not be said at its issue');
      const isAway = error instanceof ForgeAway;
      if (error instanceof ForgeGone || (!isAway && failed >= TRIES)) return failures.forget(issue);
      agenda.at(issue, retryAt);
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
