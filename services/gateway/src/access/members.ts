import type { Role } from '@claude-codex/contracts';
import { evolveWorkspace, initialWorkspace, roleOf, type WorkspaceState } from '@claude-codex/domain/workspace/state';
import { type Clock, createStreamCache, type EventStore } from '@claude-codex/eventing';

/** Roles and names of workspaces, folded from their events. */
export interface Members {
  roleOf(workspaceId: string, personId: string): Promise<Role | null>;
  workspace(
    workspaceId: string,
  ): Promise<Pick<ActiveWorkspace, 'name' | 'members' | 'former' | 'exposureAllowed'> | null>;
  /** Call after a change of one's own: the next question then reads the newest events. */
  refresh(workspaceId: string): void;
}

type ActiveWorkspace = Extract<WorkspaceState, { status: 'active' }>;

/** Longest a changed role goes unnoticed here; open streams are re-checked on top of it, within 5 s in all. */
const FRESH_MS = 1_000;

export function createMembers({ store, clock }: { store: EventStore; clock: Pick<Clock, 'now'> }): Members {
  const cache = createStreamCache({
    store,
    clock,
    category: 'workspace',
    initialState: initialWorkspace,
    evolve: evolveWorkspace,
    freshMs: FRESH_MS,
  });

  async function workspace(workspaceId: string) {
    const { state } = await cache.get(workspaceId);
    return state.status === 'none' ? null : state;
  }

  return {
    workspace,
    async roleOf(workspaceId, personId) {
      const found = await workspace(workspaceId);
      return found === null ? null : (roleOf(found, personId) ?? null);
    },
    refresh: cache.refresh,
  };
}
