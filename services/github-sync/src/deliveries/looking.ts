import type { DeliveryResult } from '@claude-codex/contracts';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import type { Looked } from '../desk/desk.ts';
import type { WorthALook } from '../webhooks/what-to-look-at.ts';

/** Deliveries of which what they are about is being looked at. */
export interface Looking {
  begin(handlingId: string, found: WorthALook): void;
  has(handlingId: string): boolean;
  looked(look: Looked): void;
}

interface Case {
  readonly since: number;
  readonly found: WorthALook;
  /** Not looked at yet. */
  readonly left: Set<string>;
  tries: number;
}

/** What goes on failing is said of the first tries, and then less and less often. */
const isWorthSaying = (tries: number) => tries <= 3 || Number.isInteger(Math.log2(tries));

/** A look that was begun before a delivery came says nothing of it, unless it was the last one there is. */
export function createLooking(parts: {
  now(): number;
  settled(handlingId: string, result: DeliveryResult): void;
}): Looking {
  const cases = new Map<string, Case>();
  const byId = new Map<string, Set<string>>();

  function failed(handlingId: string, one: Case, error: unknown): void {
    one.tries += 1;
    if (!isWorthSaying(one.tries)) return;
    const why = error instanceof ForgeAway ? error.message : 'A fault on our side; see the log of github-sync.';
    const detail = `${why} It is tried again.`;
    const { pullRequestIds } = one.found;
    parts.settled(handlingId, { outcome: 'failed', detail, pullRequestIds: [...pullRequestIds], tries: one.tries });
  }

  function succeeded(handlingId: string, one: Case, id: string): void {
    one.left.delete(id);
    byId.get(id)?.delete(handlingId);
    if (one.left.size > 0) return;
    cases.delete(handlingId);
    const { pullRequestIds, detail } = one.found;
    parts.settled(handlingId, {
      outcome: 'handled',
      detail: `${detail} ${pullRequestIds.length === 1 ? 'was' : 'were'} read again from GitHub.`,
      pullRequestIds: [...pullRequestIds],
      tries: one.tries + 1,
    });
  }

  return {
    begin(handlingId, found) {
      cases.set(handlingId, { since: parts.now(), found, left: new Set(idsIn(found)), tries: 0 });
      for (const id of idsIn(found)) {
        const handlings = byId.get(id) ?? new Set<string>();
        byId.set(id, handlings.add(handlingId));
      }
    },
    has: (handlingId) => cases.has(handlingId),
    looked({ id, since, error, isOver }) {
      const handlings = byId.get(id) ?? new Set<string>();
      for (const handlingId of handlings) {
        const one = cases.get(handlingId);
        if (one === undefined || (one.since > since && !isOver)) continue;
        if (error === null) succeeded(handlingId, one, id);
        else failed(handlingId, one, error);
      }
      if (handlings.size === 0) byId.delete(id);
    },
  };
}

function idsIn({ pullRequestIds, repositoryIds }: WorthALook): string[] {
  return [...pullRequestIds, ...repositoryIds];
}
