import type { ErrorCode } from '@claude-codex/contracts';
import { DomainError, EventStoreError } from '@claude-codex/eventing';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';

type ToolErrorCode = ErrorCode | 'TOOL_NOT_FOR_THIS_KIND' | 'SERVICE_STOPPING' | 'AGENT_WENT_AWAY';

/** A tool says no: a code, what is wrong, and what the agent should do now. */
export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly hint: string;

  constructor(code: ToolErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'ToolError';
    this.code = code;
    this.hint = hint;
  }
}

/** What to do about refusals of the domain that an agent can run into. */
const HINTS: Record<string, string> = {
  INSTANCE_ENDED: 'This run is over: end your turn.',
  INSTANCE_FENCED: 'Another run of this instance took over: end your turn.',
  TASK_ENDED: 'The task is over: end your turn.',
  ISSUE_ORDER: 'Let each issue depend on earlier ones of the list only, and call again.',
  PHASE_NOT_RUNNING: 'Look at the name of your phase and call again.',
};
const RETRY = 'This is a passing problem on our side: wait a few seconds and call again with the same arguments.';

export interface Failure {
  code: string;
  text: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ToolError) return { code: error.code, text: `${error.code}: ${error.message}. ${error.hint}` };
  if (error instanceof DomainError) {
    const hint = HINTS[error.code] ?? 'Read the code and details, and change what you ask for.';
    return { code: error.code, text: `${error.code}: ${JSON.stringify(error.details)}. ${hint}` };
  }
  const code = error instanceof EventStoreError ? error.code : 'INTERNAL';
  return { code, text: `${code}: the call could not be carried out. ${RETRY}` };
}

export function errorResult({ code, text }: Failure): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }], _meta: { 'claude-codex/code': code } };
}
