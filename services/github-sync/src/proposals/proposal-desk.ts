import { streamOf } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { createAgenda } from '../desk/agenda.ts';
import { createFailures } from '../desk/failures.ts';
import { workThrough } from '../desk/work-through.ts';
import { giveUp, type OpenIssuesParts, openIssues } from './open-issues.ts';

export interface ProposalDesk {
  /** A person wants issues of them opened. */
  wake(proposalIds: readonly string[]): void;
  stop(): Promise<void>;
}

/** GitHub limits how fast issues are made, so no two lists go on side by side. */
const AT_ONCE = 1;
/** What goes wrong by another fault so often is said to whoever waits for it. */
const TRIES = 5;

/** Has the issues opened that people chose. While the forge is away they wait, longer each time. */
export function openProposalDesk(parts: OpenIssuesParts & { readonly clock: Clock }): ProposalDesk {
  const { clock, log } = parts;
  const agenda = createAgenda();
  const failures = createFailures(clock);

  async function work(proposalId: string): Promise<void> {
    try {
      await openIssues(parts, proposalId);
      failures.forget(proposalId);
    } catch (error) {
      await postpone(proposalId, error);
    }
  }

  async function postpone(proposalId: string, error: unknown): Promise<void> {
    const { failed, retryAt } = failures.add(proposalId, error);
    log.warn(
      { err: error, stream: streamOf('proposal', proposalId), failed },
      'issues could not be opened; will retry',
    );
    if (!(error instanceof ForgeAway) && failed >= TRIES) {
      failures.forget(proposalId);
      await giveUp(parts, proposalId).catch((err: unknown) => log.error({ err }, 'nobody was told of issues given up'));
      return;
    }
    agenda.at(proposalId, retryAt);
  }

  const { stop } = workThrough(agenda, { clock, atOnce: AT_ONCE, work });
  return {
    wake(ids) {
      for (const id of ids) agenda.now(id);
    },
    stop,
  };
}
