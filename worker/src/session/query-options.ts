import type { Options } from '@anthropic-ai/claude-agent-sdk';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { AgentSide, Prepared } from '../agent-side/agent-side.ts';
import type { Permissions } from './permissions.ts';

/** Built-in tools that would ask a terminal nobody sits at, or outlive the session. The MCP tools take their place. */
const LEFT_OUT = [
  'AskUserQuestion',
  'EnterPlanMode',
  'ExitPlanMode',
  'EnterWorktree',
  'ExitWorktree',
  'CronCreate',
  'CronDelete',
  'CronList',
  'ScheduleWakeup',
  'RemoteTrigger',
  'PushNotification',
];

export interface QueryInput {
  readonly start: WorkerStart;
  readonly side: Pick<AgentSide, 'spawn' | 'putDocuments'>;
  readonly prepared: Prepared;
  readonly environment: Record<string, string>;
  readonly mcpPath: string;
  readonly toolTimeoutMs: number;
  readonly permissions: Permissions;
}

/** How Claude Code is run: with the manager's words and tools, and nothing of the repository's own settings. */
export function queryOptions(input: QueryInput, onStderr: (text: string) => void): Options {
  const { start, side } = input;
  const { relay, systemPrompt } = input.prepared;
  return {
    cwd: start.paths.checkout,
    env: input.environment,
    spawnClaudeCodeProcess({ signal, ...program }) {
      const claude = side.spawn(program, onStderr);
      signal.addEventListener('abort', () => claude.kill('SIGTERM'), { once: true });
      return claude;
    },
    settingSources: [],
    systemPrompt: { type: 'preset', preset: 'claude_code', append: systemPrompt },
    permissionMode: 'default',
    canUseTool: input.permissions.canUseTool,
    disallowedTools: LEFT_OUT,
    mcpServers: {
      codex: {
        type: 'http',
        url: `${relay.url}${input.mcpPath}`,
        headers: { authorization: `Bearer ${relay.token}` },
        timeout: input.toolTimeoutMs,
        alwaysLoad: true,
      },
    },
    mcpServersDelivery: 'initialize',
    ...(start.model === null ? {} : { model: start.model }),
    ...(start.resumeSessionId === null ? {} : { resume: start.resumeSessionId }),
    ...(start.maxBudgetUsd === null ? {} : { maxBudgetUsd: start.maxBudgetUsd }),
  };
}
