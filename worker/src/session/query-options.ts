import type { Options } from '@anthropic-ai/claude-agent-sdk';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { Relay } from '../relay/relay.ts';
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
  readonly systemPrompt: string;
  readonly environment: Record<string, string>;
  readonly relay: Relay;
  readonly mcpPath: string;
  readonly toolTimeoutMs: number;
  readonly permissions: Permissions;
}

/** How Claude Code is run: with the manager's words and tools, and nothing of the repository's own settings. */
export function queryOptions(input: QueryInput): Options {
  const { start, relay } = input;
  return {
    cwd: start.paths.checkout,
    env: input.environment,
    settingSources: [],
    systemPrompt: { type: 'preset', preset: 'claude_code', append: input.systemPrompt },
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
