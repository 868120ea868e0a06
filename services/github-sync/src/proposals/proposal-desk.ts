import { streamOf } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { createAgenda } from '../desk/agenda.ts';
import { workThrough } from '../desk/work-through.ts';
import { giveUp, type OpenIssuesParts, openIssues } from './open-issues.ts';

export interface ProposalDesk {
  /** A person wants issues of them opened. */
  wake(proposalIds: readonly string[]): void;
  stop(): Promise<void>;
}

/** GitHub limits how fast issues are made, so no two lists go on side by side. */
const AT_ONCE = 1;
const AGAIN_MS = [1_000, 5_000, 30_000, 60_000];
/** A limit that is said to end now ends a moment later. */
const GRACE_MS = 1_000;
/** What goes wrong by another fault so often is said to whoever waits for it. */
const TRIES = 5;

/** Has the issues opened that people chose. While the forge is away they wait, longer each time. */
export function openProposalDesk(parts: OpenIssuesParts & { readonly clock: Clock }): ProposalDesk {
  const { clock, log } = parts;
  const agenda = createAgenda();
  const failures = new Map<string, number>();

  async function work(proposalId: string): Promise<void> {
    try {
      await openIssues(parts, proposalId);
      failures.delete(proposalId);
    } catch (error) {
      await postpone(proposalId, error);
    }
  }

  async function postpone(proposalId: string, error: unknown): Promise<void> {
    const failed = (failures.get(proposalId) ?? 0) + 1;
    failures.set(proposalId, failed);
    log.warn(
      { err: error, stream: streamOf('proposal', proposalId), failed },
      'issues could not be opened; will retry',
    );
    const isAway = error instanceof ForgeAway;
    if (!isAway && failed >= TRIES) {
      failures.delete(proposalId);
      await giveUp(parts, proposalId).catch((err: unknown) => log.error({ err }, 'nobody was told of issues given up'));
      return;
    }
    const wait = AGAIN_MS[Math.min(failed, AGAIN_MS.length) - 1] ?? 0;
    const retryAt = isAway && error.retryAt !== null ? error.retryAt + GRACE_MS : 0;
    agenda.at(proposalId, Math.max(clock.now() + wait, retryAt));
  }

  const { stop } = workThrough(agenda, { clock, atOnce: AT_ONCE, work });
  return {
    wake(ids) {
      for (const id of ids) agenda.now(id);
    },
    stop,
  };
}
