import type { Prepared } from '../agent-side/agent-side.ts';

/** A question may wait for a person over a weekend; the server gives up earlier (it hibernates), Claude Code must not. */
export const TOOL_TIMEOUT_MS = 7 * 24 * 60 * 60 * 1000;

/** That of the agent's commands, plus what Claude Code needs to find its model, and the file its shells read first. */
export function claudeEnvironment({ commandEnv, relay, hookPath }: Prepared): Record<string, string> {
  return {
    ...commandEnv,
    CLAUDE_ENV_FILE: hookPath,
    ANTHROPIC_BASE_URL: relay.url,
    // Opens the relay and nothing else: egress knows the instance by its socket and puts the real credential in.
    ANTHROPIC_AUTH_TOKEN: relay.token,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    MCP_TOOL_TIMEOUT: String(TOOL_TIMEOUT_MS),
    // Without this a tool call that reports nothing for some minutes is given up, whatever its timeout.
    CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '0',
  };
}
