import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { Journal } from '../journal/journal.ts';

export interface PermissionAsked {
  readonly requestId: string;
  readonly tool: string;
  readonly input: unknown;
}

export interface Permission {
  readonly decision: 'allow' | 'deny';
  /** For the agent, in words; empty when allowed. */
  readonly reason: string;
}

export interface Permissions {
  /** Settles once it is decided. `signal` is the turn's: cut short, nothing is allowed any more. */
  ask(asked: PermissionAsked, signal: AbortSignal): Promise<Permission>;
  /** Answers a request; false when nothing waits under this id any more. */
  decide(requestId: string, decision: Permission['decision'], reason: string): boolean;
}

const ALLOWED: Permission = { decision: 'allow', reason: '' };
const CUT_SHORT: Permission = { decision: 'deny', reason: 'The turn was interrupted before anybody decided.' };

/** Lets the allowed tools pass; for any other asks through the journal and waits for the manager's `permission` command. */
export function createPermissions(policy: WorkerStart['permissions'], journal: Journal): Permissions {
  const waiting = new Map<string, (permission: Permission) => void>();
  return {
    async ask({ requestId, tool, input }, signal) {
      if (policy.mode === 'allow_all' || isAllowed(policy.allowTools, tool)) return ALLOWED;
      const decided = Promise.withResolvers<Permission>();
      waiting.set(requestId, decided.resolve);
      signal.addEventListener('abort', () => decided.resolve(CUT_SHORT), { once: true });
      journal.write({ type: 'permission_requested', requestId, tool, input });
      try {
        return await decided.promise;
      } finally {
        waiting.delete(requestId);
      }
    },
    decide(requestId, decision, reason) {
      const resolve = waiting.get(requestId);
      if (resolve === undefined) return false;
      waiting.delete(requestId);
      resolve(decision === 'allow' ? ALLOWED : { decision, reason: reason || 'A person declined this.' });
      return true;
    },
  };
}

/** `mcp__codex__*` stands for every tool that begins so; anything else is a name. */
function isAllowed(allowed: readonly string[], tool: string): boolean {
  return allowed.some((entry) => (entry.endsWith('*') ? tool.startsWith(entry.slice(0, -1)) : tool === entry));
}
