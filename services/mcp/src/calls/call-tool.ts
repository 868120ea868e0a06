import { createHash } from 'node:crypto';
import { cutText } from '@claude-codex/contracts/text';
import type { EventStore } from '@claude-codex/eventing';
import { canonicalJson } from '@claude-codex/eventing';
import type { Bus, InstanceIdentity, Logger } from '@claude-codex/service-kit';
import { idFrom } from '@claude-codex/service-kit';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { StreamWatch } from '../waiting/stream-watch.ts';
import type { Instances, LiveInstance } from './instances.ts';
import type { Asking } from './open-asks.ts';
import type { Tool, ToolAnswer } from './tool.ts';
import { errorResult, failureOf, ToolError } from './tool-error.ts';
import type { ToolRecord } from './tool-record.ts';

export interface CallDeps {
  store: EventStore;
  bus: Bus;
  instances: Instances;
  watch: StreamWatch;
  asking: Asking;
  record: ToolRecord;
  tools: readonly Tool[];
  waitMs: number;
  log: Logger;
}

export interface ToolCall {
  identity: InstanceIdentity;
  instance: LiveInstance;
  name: string;
  args: unknown;
  /** What the client calls this call: its tool use id, else its request id. */
  callId: string;
  signal: AbortSignal;
}

/** Runs one tool call and records it. An unknown tool is a protocol error; everything else is a result for the agent. */
export async function callTool(deps: CallDeps, call: ToolCall): Promise<CallToolResult> {
  const tool = deps.tools.find((candidate) => candidate.name === call.name);
  if (tool === undefined) {
    deps.record.add(call, 'TOOL_UNKNOWN');
    throw new McpError(ErrorCode.InvalidParams, `There is no tool ${cutText(call.name, 100)}`);
  }
  const from = performance.now();
  const { instanceId, epoch } = call.identity;
  const fields = { instanceId, epoch, tool: tool.name };
  const durationMs = () => Math.round(performance.now() - from);
  try {
    const { text, structured } = await run(deps, call, tool);
    deps.record.add(call, null);
    deps.log.info({ ...fields, ok: true, durationMs: durationMs() }, 'tool call');
    const content: CallToolResult['content'] = [{ type: 'text', text }];
    return structured === undefined ? { content } : { content, structuredContent: structured };
  } catch (error) {
    const failure = failureOf(error);
    deps.record.add(call, failure.code);
    const unforeseen = failure.code === 'INTERNAL';
    const line = { ...fields, ok: false, code: failure.code, durationMs: durationMs() };
    if (unforeseen) deps.log.error({ ...line, err: error }, 'tool call failed');
    else deps.log.info(line, 'tool call');
    return errorResult(failure);
  }
}

function run(deps: CallDeps, call: ToolCall, tool: Tool): Promise<ToolAnswer> {
  const { identity, instance, signal, args } = call;
  if (!tool.kinds.includes(identity.kind)) {
    const who = `Only ${tool.kinds.join(' and ')} agents may call ${tool.name}`;
    throw new ToolError('TOOL_NOT_FOR_THIS_KIND', who, 'Use one of the tools you were offered.');
  }
  const { store, bus, instances, watch, asking, waitMs } = deps;
  const commandId = commandIdOf(call);
  const context = { identity, instance, commandId, store, bus, instances, watch, asking, waitMs, signal };
  return tool.run(context, args);
}

/** A client that lost the answer sends the same call again; that must not do it twice. */
function commandIdOf({ identity, name, args, callId }: ToolCall): string {
  const content = createHash('sha256')
    .update(canonicalJson(args ?? null))
    .digest('hex');
  return idFrom('tool', identity.instanceId, identity.epoch, name, content, callId);
}
