import type { Options } from '@anthropic-ai/claude-agent-sdk';
import type { SessionParts } from '../session/agent-session.ts';
import { canUseTool } from './can-use-tool.ts';
import { claudeEnvironment, TOOL_TIMEOUT_MS } from './environment.ts';

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

/** How Claude Code is run: with the manager's words and tools, and nothing of the repository's own settings. */
export function queryOptions(input: SessionParts, onStderr: (text: string) => void): Options {
  const { start, side } = input;
  const { relay, systemPrompt } = input.prepared;
  return {
    cwd: start.paths.checkout,
    env: claudeEnvironment(input.prepared),
    spawnClaudeCodeProcess({ signal, ...program }) {
      const claude = side.spawn(program, onStderr);
      signal.addEventListener('abort', () => claude.kill('SIGTERM'), { once: true });
      return claude;
    },
    settingSources: [],
    systemPrompt: { type: 'preset', preset: 'claude_code', append: systemPrompt },
    permissionMode: 'default',
    canUseTool: canUseTool(input.permissions),
    disallowedTools: LEFT_OUT,
    mcpServers: {
      codex: {
        type: 'http',
        url: `${relay.url}${input.mcpPath}`,
        headers: { authorization: `Bearer ${relay.token}` },
        timeout: TOOL_TIMEOUT_MS,
        alwaysLoad: true,
      },
    },
    mcpServersDelivery: 'initialize',
    ...(start.model === null ? {} : { model: start.model }),
    ...(start.resumeSessionId === null ? {} : { resume: start.resumeSessionId }),
    ...(start.maxBudgetUsd === null ? {} : { maxBudgetUsd: start.maxBudgetUsd }),
  };
}
