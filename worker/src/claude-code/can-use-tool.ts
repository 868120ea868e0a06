import type { CanUseTool } from '@anthropic-ai/claude-agent-sdk';
import type { Permissions } from '../session/permissions.ts';

/** What was decided about a tool, as Claude Code takes it. */
export function canUseTool(permissions: Permissions): CanUseTool {
  return async (tool, input, { toolUseID: requestId, signal }) => {
    const { decision, reason } = await permissions.ask({ requestId, tool, input }, signal);
    return decision === 'allow' ? { behavior: 'allow', updatedInput: input } : { behavior: 'deny', message: reason };
  };
}
