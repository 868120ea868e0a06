import type { Role } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { evolveWorkspace, initialWorkspace, roleOf, type WorkspaceState } from '@claude-codex/domain/workspace/state';
import type { Clock, EventStore } from '@claude-codex/eventing';

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

interface Known {
  state: WorkspaceState;
  version: number;
  readAt: number;
}

/** Longest a changed role goes unnoticed here; open streams are re-checked on top of it, within 5 s in all. */
const FRESH_MS = 1_000;

export function createMembers({ store, clock }: { store: EventStore; clock: Pick<Clock, 'now'> }): Members {
  const known = new Map<string, Known>();

  async function load(workspaceId: string): Promise<WorkspaceState> {
    const before = known.get(workspaceId) ?? { state: initialWorkspace, version: 0, readAt: Number.NEGATIVE_INFINITY };
    if (clock.now() - before.readAt < FRESH_MS) return before.state;
    const readAt = clock.now();
    const events = await store.readStream(streamOf('workspace', workspaceId), { fromVersion: before.version + 1 });
    const state = events.reduce((current, event) => evolveWorkspace(current, event), before.state);
    const version = events.at(-1)?.version ?? before.version;
    // Another caller may have read further in the meantime; a workspace nobody made is not worth remembering.
    if (version > 0 && version >= (known.get(workspaceId)?.version ?? 0))
      known.set(workspaceId, { state, version, readAt });
    return state;
  }

  async function workspace(workspaceId: string) {
    const state = await load(workspaceId);
    return state.status === 'none' ? null : state;
  }

  return {
    workspace,
    async roleOf(workspaceId, personId) {
      const found = await workspace(workspaceId);
      return found === null ? null : (roleOf(found, personId) ?? null);
    },
    refresh(workspaceId) {
      const current = known.get(workspaceId);
      if (current !== undefined) known.set(workspaceId, { ...current, readAt: Number.NEGATIVE_INFINITY });
    },
  };
}
