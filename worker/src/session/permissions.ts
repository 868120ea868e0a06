import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { Journal } from '../journal/journal.ts';

export interface Permissions {
  readonly canUseTool: CanUseTool;
  /** Answers a request; false when nothing waits under this id any more. */
  decide(requestId: string, decision: 'allow' | 'deny', reason: string): boolean;
}

/** Lets the allowed tools pass; for any other asks through the journal and waits for the manager's `permission` command. */
export function createPermissions(policy: WorkerStart['permissions'], journal: Journal): Permissions {
  const waiting = new Map<string, (result: PermissionResult) => void>();
  return {
    async canUseTool(tool, input, { toolUseID, signal }) {
      if (policy.mode === 'allow_all' || isAllowed(policy.allowTools, tool)) {
        return { behavior: 'allow', updatedInput: input };
      }
      const answer = new Promise<PermissionResult>((resolve) => {
        waiting.set(toolUseID, resolve);
        const cut = () => resolve({ behavior: 'deny', message: 'The turn was interrupted before anybody decided.' });
        signal.addEventListener('abort', cut, { once: true });
      });
      journal.write({ type: 'permission_requested', requestId: toolUseID, tool, input });
      const result = await answer;
      waiting.delete(toolUseID);
      return result.behavior === 'allow' ? { behavior: 'allow', updatedInput: input } : result;
    },
    decide(requestId, decision, reason) {
      const resolve = waiting.get(requestId);
      if (resolve === undefined) return false;
      waiting.delete(requestId);
      resolve(
        decision === 'allow'
          ? { behavior: 'allow' }
          : { behavior: 'deny', message: reason || 'A person declined this.' },
      );
      return true;
    },
  };
}

/** `mcp__codex__*` stands for every tool that begins so; anything else is a name. */
function isAllowed(allowed: readonly string[], tool: string): boolean {
  return allowed.some((entry) => (entry.endsWith('*') ? tool.startsWith(entry.slice(0, -1)) : tool === entry));
}
